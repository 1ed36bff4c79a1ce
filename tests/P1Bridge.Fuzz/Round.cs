using System.Text;
using System.Text.Json;
using P1Bridge.Bridging;
using P1Bridge.Core.Diagnosis;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Fuzz;

/// <summary>
/// One meter's reader, pipeline and diagnosis, fed the good telegram and mutants of it in turn. Seed and number of a round give its
/// mutants, so that a failure comes again however long the run was that found it.
/// </summary>
/// <param name="catalogue">What can be read.</param>
/// <param name="seed">The run's seed.</param>
/// <param name="number">The round's number.</param>
/// <param name="tally">Counts what happens.</param>
/// <param name="ignoreChecksum">To show that a reader without that check does not get through.</param>
sealed class Round(Catalogue catalogue, int seed, long number, Tally tally, bool ignoreChecksum = false)
{
    /// <summary>Mutants of a round.</summary>
    public const int Mutants = 64;

    static readonly DateTimeOffset Start = new(2025, 11, 5, 17, 53, 48, TimeSpan.FromHours(1));
    static readonly byte[] Key = Convert.FromHexString(CipherFrameWriter.Key);

    readonly Random _random = new(HashCodeOf(seed, number));
    readonly MeterPipeline _pipeline = new(catalogue, new MeterPipelineOptions());
    readonly RawObjects _raw = new(catalogue);
    readonly TotalWatch _totals = new();
    Mutator? _mutator;
    TelegramReader? _reader;
    LineSampler? _sampler;
    FoundTelegram? _good;
    string? _fault;
    int _processed;

    /// <summary>The good telegram of this round.</summary>
    public Specimen Specimen { get; } = Specimen.All[number % Specimen.All.Length];

    /// <summary>What went over the line last.</summary>
    public byte[] Sent { get; private set; } = [];

    /// <summary>Which mutant of the round that is.</summary>
    public int Mutant { get; private set; }

    /// <summary>Makes everything ready; before the first mutant.</summary>
    public string? Begin()
    {
        _mutator = new Mutator(_random);
        _reader = NewReader();
        _sampler = new LineSampler(catalogue, Specimen.Keys);
        Sent = Good();
        var found = FoundTelegram.All(NewReader(), Sent);
        if (found is not [{ Outcome.IsAccepted: true } good]) return "the good telegram is not accepted";
        _good = good;
        return FeedGood();
    }

    /// <summary>Makes and reads the next mutant; says what is wrong, or null.</summary>
    public string? Next(int mutant)
    {
        Mutant = mutant;
        var other = Specimen.All[_random.Next(Specimen.All.Length)];
        Sent = Make(other);
        return FeedMutant(out var accepted) ?? Diagnose(accepted) ?? FeedGood();
    }

    /// <summary>What is remembered after all that can be stored, and read by the next start.</summary>
    public string? End()
    {
        var stored = Written(MeterState.Of(_pipeline));
        using var document = JsonDocument.Parse(stored);
        return Written(MeterState.Read(document.RootElement)) == stored ? null : "what was stored is read as something else";
    }

    byte[] Make(Specimen other)
    {
        var counter = (uint)_random.Next();
        var kind = _random.Next(8);
        var text = kind < 3 ? _mutator!.MutateDigits(Specimen.Text) : _mutator!.Mutate(Specimen.Text, other.Text);
        if (kind < 2 || _random.Next(3) == 0) text = _mutator.Repair(text);
        // Frames have room for nothing longer than a telegram.
        if (Specimen.Wrapping == Wrapping.Plain || text.Length >= TelegramFramer.MaximumTelegram - 20) return text;
        var sent = Specimen.Wrap(_random.Next(3) == 0 ? Specimen.Text : text, counter);
        if (_random.Next(2) == 0) sent = _mutator.MutateBytes(sent);
        // What is cut into the frame may be another telegram, plain or not.
        return _random.Next(6) == 0 ? [.. sent.AsSpan(0, _random.Next(sent.Length)), .. other.Wrapping == Wrapping.Plain ? other.Text : other.Wrap(other.Text, counter + 1)] : sent;
    }

    string? FeedMutant(out int accepted)
    {
        var fresh = FoundTelegram.All(NewReader(), Sent);
        accepted = fresh.Count(static telegram => telegram.Outcome.IsAccepted);
        var found = FoundTelegram.All(_reader!, Sent, _random, accepted: Publish);
        return _fault ?? SameAs(fresh, found) ?? Doubt(fresh, isKnown: false) ?? Doubt(found, isKnown: true) ?? PlainFramerDiffers(found);
    }

    /// <summary>A reader that has seen other telegrams reads as one that has not; only a checksum that was lost is noticed by it alone.</summary>
    static string? SameAs(List<FoundTelegram> fresh, List<FoundTelegram> found)
    {
        if (fresh.Count != found.Count) return $"{found.Count} telegrams were found, {fresh.Count} by a new reader";
        foreach (var (expected, actual) in fresh.Zip(found))
        {
            if (expected.Outcome.IsAccepted && actual.Outcome.Reason == RejectReason.CrcMissing) continue;
            if (expected.Outcome != actual.Outcome) return $"the outcome is {actual.Outcome}, {expected.Outcome} for a new reader";
            if (expected.Says != actual.Says) return $"the telegram says {Fingerprint.Difference(expected.Says, actual.Says)} as to a new reader";
        }
        return null;
    }

    /// <summary>Whether something was taken that may not be believed.</summary>
    string? Doubt(List<FoundTelegram> found, bool isKnown)
    {
        List<byte[]>? texts = null;
        // A reader knows the meter that it read last; before a mutant that is this one.
        var known = Specimen.HasChecksum && isKnown ? HeaderOf(Specimen.Body).ToArray() : [];
        foreach (var telegram in found)
        {
            if (isKnown) tally.Count(telegram.Outcome.Reason);
            if (!telegram.Outcome.IsAccepted) continue;
            texts ??= Specimen.Wrapping == Wrapping.Plain ? [Sent] : [Sent, .. FrameOpener.Open(Sent, Key)];
            var evidence = Proof.Of(telegram.Bytes, texts);
            if (evidence == Evidence.OldKind && known.Length > 0 && telegram.Bytes.AsSpan().StartsWith(known)) return "a telegram of this meter was taken that has lost its checksum";
            if (evidence == Evidence.Checksum) known = HeaderOf(telegram.Bytes).ToArray();
            if (DoubtOf(telegram, evidence, isKnown) is { } doubt) return doubt;
        }
        return null;
    }

    string? DoubtOf(FoundTelegram telegram, Evidence evidence, bool isKnown)
    {
        var isGood = telegram.Bytes.AsSpan().SequenceEqual(_good!.Bytes);
        if (isGood && telegram.Says != _good.Says) return $"the good telegram says {Fingerprint.Difference(_good.Says, telegram.Says)}";
        if (evidence == Evidence.None) return "a telegram was taken that has no right checksum";
        if (!isKnown)
        {
            if (evidence == Evidence.OldKind && Specimen.HasChecksum && telegram.Bytes.AsSpan().StartsWith(HeaderOf(Specimen.Body))) tally.OldKindUnknown++;
            return null;
        }
        if (isGood) tally.Unchanged++;
        else if (evidence == Evidence.Checksum) tally.Changed++;
        else tally.OldKind++;
        return null;
    }

    /// <summary>Where no cipher frame can begin, the framer for both kinds finds what the one for plain telegrams finds.</summary>
    string? PlainFramerDiffers(List<FoundTelegram> found)
    {
        if (Sent.AsSpan().Contains((byte)0xDB)) return null;
        var framer = new TelegramFramer();
        ReadOnlySpan<byte> rest = Sent;
        var count = 0;
        while (framer.TryRead(ref rest, out var frame) || framer.TryComplete(out frame))
        {
            if (count == found.Count) return "the plain framer finds more telegrams";
            var reason = found[count++].Outcome.Reason;
            if (frame.Reason != reason && !(frame.Reason == RejectReason.None && reason == RejectReason.CrcMissing)) return $"the plain framer says {frame.Reason}, not {reason}";
        }
        return count == found.Count ? null : "the plain framer finds fewer telegrams";
    }

    /// <summary>After every mutant the meter's next telegram is read, and as if nothing had been.</summary>
    string? FeedGood()
    {
        var found = FoundTelegram.All(_reader!, Good(), _random, accepted: Publish);
        // A mutant that got a checksum makes the next ones look as if they had lost theirs; that has to pass.
        for (var again = 1; again < 10 && !Specimen.HasChecksum && found is [{ Outcome.Reason: RejectReason.CrcMissing }]; again++)
            found = FoundTelegram.All(_reader!, Good(), _random, accepted: Publish);
        if (_fault is not null) return _fault;
        if (found is not [{ Outcome.IsAccepted: true } good]) return $"the good telegram gave {string.Join(", ", found.Select(static one => one.Outcome))}";
        return good.Says == _good!.Says ? null : $"the good telegram says {Fingerprint.Difference(_good.Says, good.Says)}";
    }

    /// <summary>The diagnosis of a line sees what the reader sees.</summary>
    string? Diagnose(int accepted)
    {
        _sampler!.Clear();
        _sampler.Append(Sent);
        _sampler.Complete();
        var diagnosis = LineDiagnosis.Of(_sampler.Sample(TimeSpan.Zero));
        if (!ignoreChecksum && _sampler.Counters.Accepted != accepted) return $"the diagnosis found {_sampler.Counters.Accepted} good telegrams of {accepted}";
        return diagnosis.Finding == LineFinding.Ok && accepted == 0 ? "the line is called fine without a telegram" : null;
    }

    void Publish(FoundTelegram telegram)
    {
        var readings = _reader!.Readings;
        _totals.Note(readings);
        _raw.Read(telegram.Bytes, readings);
        var snapshot = _pipeline.Process(readings, Start.AddSeconds(_processed++));
        _fault ??= _totals.Fault(snapshot) ?? FaultOf(snapshot);
    }

    static string? FaultOf(MeterSnapshot snapshot)
    {
        var topics = snapshot.Devices.SelectMany(static device => device.Values.Select(value => $"{device.TopicName}/{value.Key}")).ToList();
        if (topics.Distinct().Count() != topics.Count) return "a topic is there twice";
        return snapshot.Devices.SelectMany(static device => device.Values).FirstOrDefault(static value => value.Payload.Length == 0) is { } empty ? $"{empty.Key} is empty" : null;
    }

    static string Written(MeterState state)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output))
            state.Write(json);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    byte[] Good() => Specimen.Wrap(Specimen.Text, 300);

    TelegramReader NewReader() => new(catalogue, ignoreChecksum, Specimen.Keys);

    static ReadOnlySpan<byte> HeaderOf(ReadOnlySpan<byte> telegram) => telegram[..(telegram.IndexOf((byte)'\n') + 1)];

    /// <summary>The same on every machine and in every run, which HashCode is not.</summary>
    static int HashCodeOf(int seed, long number) => unchecked((int)((((ulong)seed * 0x9E3779B97F4A7C15) + (ulong)number) * 0x2545F4914F6CDD1D >> 32));
}
