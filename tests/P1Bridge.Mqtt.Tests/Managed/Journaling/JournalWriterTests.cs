using System.Diagnostics;
using P1Bridge.Mqtt.Managed;
using P1Bridge.Mqtt.Managed.Journaling;
using P1Bridge.Mqtt.Tests.Support;

namespace P1Bridge.Mqtt.Tests.Managed.Journaling;

/// <summary>The journal on a real disk: what one writer leaves, the next one finds.</summary>
public sealed class JournalWriterTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly TestTime _time = new();

    public void Dispose() => _folder.Dispose();

    ManagedMqttClientOptions Options => new() { JournalDirectory = _folder.Path, JournalSegmentBytes = 4096 };

    JournalWriter Writer(ManagedMqttClientOptions? options = null) => new(options ?? Options, _time, _ => { });

    Entry Entry(int number, int size = 10) => new(MqttMessage.Text("h", $"{number}".PadRight(size)), MqttDelivery.History, _time.GetTimestamp())
    {
        EnqueuedAt = _time.GetUtcNow(),
    };

    Entry[] Entries(int from, int count, int size = 10) => [.. Enumerable.Range(from, count).Select(number => Entry(number, size))];

    static Entry[] Done(params Entry[] entries)
    {
        foreach (var entry in entries) entry.IsDone = true;
        return entries;
    }

    static int[] Numbers(LoadedJournal loaded) => [.. loaded.Waiting.Select(stored => int.Parse(stored.Message.PayloadText.Trim()))];

    int[] Reopened(out LoadedJournal loaded)
    {
        using var writer = Writer();
        loaded = writer.Open();
        return Numbers(loaded);
    }

    string[] Files(string pattern = "*.journal") => [.. Directory.GetFiles(_folder.Path, pattern).Order(StringComparer.Ordinal)];

    [Fact]
    public void What_was_written_and_is_not_done_is_found_again_in_order()
    {
        using (var writer = Writer())
        {
            writer.Open();
            var entries = Entries(0, 100);
            Assert.True(writer.Write(entries, [], isLast: false));
            writer.Write([], Done(entries[..40]), isLast: false);
            writer.Write([], Done(entries[50]), isLast: false);
        }
        Assert.Equal([.. Enumerable.Range(40, 10), .. Enumerable.Range(51, 49)], Reopened(out var loaded));
        Assert.Equal(0, loaded.Damaged);
    }

    [Fact]
    public void Several_lives_keep_one_order()
    {
        for (var life = 0; life < 5; life++)
        {
            using var writer = Writer();
            writer.Open();
            writer.Write(Entries(10 * life, 10), [], isLast: true);
        }
        Assert.Equal(Enumerable.Range(0, 50), Reopened(out _));
    }

    [Fact]
    public void Segments_go_when_all_in_them_is_done_and_after_the_drain_nothing_is_left()
    {
        using (var writer = Writer())
        {
            writer.Open();
            var entries = Entries(0, 2000, size: 100);
            writer.Write(entries, [], isLast: false);
            Assert.InRange(writer.Describe().Segments, 20, 100);
            writer.Write([], Done(entries[..1000]), isLast: false);
            Assert.InRange(writer.Describe().Bytes, 1000 * 100, 1200 * 200);
            writer.Write([], Done(entries[1000..]), isLast: false);
            Assert.InRange(writer.Describe().Bytes, 0, 64 * 1024);
            writer.Write([], [], isLast: true);
            Assert.Equal(0, writer.Describe().Bytes);
        }
        Assert.Empty(Files());
    }

    [Fact]
    public void A_message_that_is_done_before_it_is_written_never_comes_to_the_disk()
    {
        using var writer = Writer();
        writer.Open();
        var entries = Entries(0, 10);
        writer.Write(entries, Done(entries), isLast: false);
        Assert.Equal((0L, 0), (writer.Describe().Bytes, Files().Length));
    }

    [Fact]
    public void Cut_at_every_length_the_whole_messages_before_it_are_found()
    {
        WriteOneSegment(20);
        var file = Assert.Single(Files());
        var whole = File.ReadAllBytes(file);
        var size = (whole.Length - JournalFormat.HeaderSize) / 20;
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(file, whole[..length]);
            Assert.Equal(Enumerable.Range(0, Math.Max(0, length - JournalFormat.HeaderSize) / size), Reopened(out var loaded));
            Assert.Equal(0, loaded.Damaged);
        }
        Assert.Empty(Files("*.bad"));
    }

    [Fact]
    public void With_a_byte_flipped_at_every_position_the_messages_before_it_are_found_and_the_writer_goes_on()
    {
        WriteOneSegment(10);
        var file = Assert.Single(Files());
        var whole = File.ReadAllBytes(file);
        var size = (whole.Length - JournalFormat.HeaderSize) / 10;
        for (var at = 0; at < whole.Length; at++)
        {
            foreach (var old in Files("*")) File.Delete(old);
            var bytes = whole.ToArray();
            bytes[at] ^= 0x10;
            File.WriteAllBytes(file, bytes);
            int[] expected = [.. Enumerable.Range(0, Math.Max(0, at - JournalFormat.HeaderSize) / size)];
            using (var writer = Writer())
            {
                Assert.Equal(expected, Numbers(writer.Open()));
                Assert.True(writer.Write([Entry(77)], [], isLast: true));
            }
            Assert.Equal([.. expected, 77], Reopened(out var loaded));
            Assert.Equal(0, loaded.Damaged); // Repaired: the damage is said once.
        }
    }

    [Fact]
    public void A_damaged_middle_segment_is_set_aside_and_those_around_it_are_kept()
    {
        using (var writer = Writer())
        {
            writer.Open();
            writer.Write(Entries(0, 100, size: 100), [], isLast: true);
        }
        var middle = Files()[1];
        var bytes = File.ReadAllBytes(middle);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(middle, bytes);
        var numbers = Reopened(out var loaded);
        Assert.Equal((1, 1), (loaded.Damaged, Files("*.bad").Length));
        Assert.Equal(bytes, File.ReadAllBytes(Files("*.bad")[0]));
        Assert.Equal(numbers.Order(), numbers);
        Assert.True(numbers.Length is > 70 and < 100 && numbers[^1] == 99);
        Assert.Equal(numbers, Reopened(out loaded));
        Assert.Equal(0, loaded.Damaged);
    }

    [Fact]
    public void Of_many_damaged_segments_a_few_copies_are_kept()
    {
        for (var i = 0; i < 20; i++)
        {
            File.WriteAllBytes(Path.Combine(_folder.Path, $"{i + 1:D20}.journal"), new byte[50]);
            Reopened(out _);
        }
        Assert.InRange(Files("*.bad").Length, 1, 8);
        Assert.Empty(Files());
    }

    [Fact]
    public void A_second_program_on_the_same_folder_stays_in_memory_and_says_why()
    {
        using var first = Writer();
        first.Open();
        using var second = Writer();
        second.Open();
        Assert.False(second.Write(Entries(0, 3), [], isLast: false));
        Assert.Contains(_folder.Path, second.Describe().MemoryOnlyReason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_used_at_the_start_is_taken_up_later_with_what_it_holds()
    {
        WriteOneSegment(5);
        var late = new List<StoredMessage>();
        using var writer = new JournalWriter(Options, _time, late.AddRange);
        using (var other = Writer())
        {
            other.Open();
            writer.Open();
            Assert.False(writer.Write(Entries(100, 2), [], isLast: false));
        }
        _time.Advance(11);
        Assert.True(writer.Write([], [], isLast: false));
        Assert.Equal(5, late.Count);
        writer.Dispose();
        Assert.Equal([0, 1, 2, 3, 4, 100, 101], Reopened(out _));
    }

    [Fact]
    public void A_hundred_thousand_messages_are_read_in_less_than_a_second()
    {
        var options = Options with { JournalSegmentBytes = 4 * 1024 * 1024 };
        using (var writer = Writer(options))
        {
            writer.Open();
            writer.Write(Entries(0, 100_000, size: 400), [], isLast: true);
        }
        // The best of some: the machine may be busy with other things.
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var watch = Stopwatch.StartNew();
            using var reader = Writer(options);
            var entries = reader.Open().Waiting.Select(stored => Mqtt.Managed.Entry.FromStored(stored, _time)).ToArray();
            Assert.Equal(100_000, entries.Length);
            if (watch.Elapsed < best) best = watch.Elapsed;
        }
        Assert.InRange(best.TotalSeconds, 0, 1);
    }

    void WriteOneSegment(int count)
    {
        using var writer = Writer();
        writer.Open();
        writer.Write(Entries(0, count), [], isLast: true);
    }
}
