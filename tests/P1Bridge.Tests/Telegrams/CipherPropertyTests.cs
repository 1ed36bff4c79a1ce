using FsCheck;
using FsCheck.Fluent;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Telegrams;

public class CipherPropertyTests
{
    static readonly Gen<byte> AnyByte = Gen.Choose(0, 255).Select(static value => (byte)value);

    /// <summary>Bytes that mean something to one of the framers come often.</summary>
    static readonly Gen<byte> TellingByte = Gen.Frequency(
        (2, AnyByte), (3, Gen.Elements<byte>(0xDB, 8, 0x82, 0x30, (byte)'/', (byte)'!', (byte)'A', (byte)'\n', 0, 0x20)));

    static readonly Gen<byte[]> Title = TellingByte.ArrayOf(8);

    static readonly Gen<uint> Counter = Gen.Choose(int.MinValue, int.MaxValue).Select(static value => unchecked((uint)value));

    /// <summary>A message may hold any byte but those that end a group, a line or a telegram.</summary>
    static readonly Gen<byte[]> Telegram = TellingByte.Where(static value => !"/!()\r\n".Contains((char)value, StringComparison.Ordinal)).ArrayOf()
        .Select(static text => Some.Telegram($"0-0:96.13.0({Some.Latin(text)})", "1-0:1.7.0(00.405*kW)"));

    static readonly Gen<byte[]> Noise = TellingByte.ArrayOf();

    static readonly Gen<int[]> Cuts = Gen.Choose(1, 90).NonEmptyListOf().Select(static sizes => sizes.ToArray());

    [Fact]
    public void What_was_written_is_read_whatever_titles_counters_and_cuts()
    {
        var frames = (from telegram in Telegram from title in Title from counter in Counter select (telegram, frame: CipherFrameWriter.Write(telegram, counter, title)))
            .ListOf().ToArbitrary();
        Prop.ForAll(frames, Cuts.ToArbitrary(), Gen.Elements(true, false).ToArbitrary(), (pieces, sizes, checkTag) =>
        {
            var found = CipherReading.All(CipherFrameWriter.Options(checkTag: checkTag), [.. pieces.SelectMany(static piece => piece.frame)], sizes);
            return found.SequenceEqual(pieces.Select(static piece => TextOf(piece.telegram)));
        }).Holds(300);
    }

    [Fact]
    public void Plain_telegrams_and_frames_in_any_order_are_all_found()
    {
        var pieces = (from telegram in Telegram from counter in Counter from kind in Gen.Choose(0, 2) select (telegram, counter, kind)).ListOf().ToArbitrary();
        Prop.ForAll(pieces, Cuts.ToArbitrary(), (plan, sizes) =>
        {
            byte[] stream = [.. plan.SelectMany(static piece => Sent(piece))];
            var expected = plan.Select(static piece => piece.kind == 2 ? "auth_failed" : TextOf(piece.telegram));
            return CipherReading.All(CipherFrameWriter.Options(), stream, sizes).SequenceEqual(expected);
        }).Holds(300);

        static byte[] Sent((byte[] Telegram, uint Counter, int Kind) piece) => piece.Kind switch
        {
            0 => piece.Telegram,
            1 => CipherFrameWriter.Write(piece.Telegram, piece.Counter),
            // A title of its own, or two of these would look like one with bytes lost.
            _ => CipherFrameWriter.Write(piece.Telegram, piece.Counter, keys: CipherFrameWriter.Options(CipherFrameWriter.OtherKey)),
        };
    }

    [Fact]
    public void Any_stream_gives_the_same_in_any_cut()
    {
        var whole = Gen.OneOf(Telegram, from telegram in Telegram from counter in Counter from title in Title select CipherFrameWriter.Write(telegram, counter, title));
        var damaged = from piece in whole from at in Gen.Choose(0, piece.Length) from count in Gen.Choose(0, 40) from noise in Noise select Damage(piece, at, count, noise);
        var stream = Gen.OneOf(whole, damaged, Noise).ListOf().Select(static pieces => pieces.SelectMany(static piece => piece).ToArray());
        Prop.ForAll(stream.ToArbitrary(), Cuts.ToArbitrary(), Gen.Choose(0, 2).ToArbitrary(), (bytes, sizes, keys) =>
        {
            var options = keys == 0 ? null : CipherFrameWriter.Options(checkTag: keys == 1);
            var expected = CipherReading.All(options, bytes, 1);
            return CipherReading.All(options, bytes).SequenceEqual(expected) && CipherReading.All(options, bytes, sizes).SequenceEqual(expected);
        }).Holds(1000);
    }

    [Fact]
    public void Long_noise_with_marks_gives_the_same_in_any_cut_and_the_telegram_after_it()
    {
        // Longer than a line may be, so that the plain framer gives up in the midst of it.
        var noise = TellingByte.Where(static value => value is not ((byte)'/' or (byte)'\n')).ArrayOf(5000).Select(static bytes => (byte[])[.. "/ABC"u8, .. bytes]);
        Prop.ForAll(noise.ToArbitrary(), Telegram.ToArbitrary(), Gen.Choose(1, 3000).ToArbitrary(), (bytes, telegram, size) =>
        {
            byte[] stream = [.. bytes, .. telegram, .. CipherFrameWriter.Write(telegram)];
            var expected = CipherReading.All(CipherFrameWriter.Options(), stream, 1);
            return expected.TakeLast(2).SequenceEqual([TextOf(telegram), TextOf(telegram)])
                && CipherReading.All(CipherFrameWriter.Options(), stream).SequenceEqual(expected)
                && CipherReading.All(CipherFrameWriter.Options(), stream, size).SequenceEqual(expected);
        }).Holds(60);
    }

    static byte[] Damage(byte[] piece, int at, int count, byte[] noise)
        => [.. piece.AsSpan(0, at), .. noise, .. piece.AsSpan(Math.Min(piece.Length, at + count))];

    static string TextOf(byte[] telegram) => Some.Latin(telegram.AsSpan(0, telegram.AsSpan().IndexOf((byte)'!') + 1));
}
