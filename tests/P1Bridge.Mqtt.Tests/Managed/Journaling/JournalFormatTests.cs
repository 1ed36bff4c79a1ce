using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using P1Bridge.Mqtt.Managed.Journaling;

namespace P1Bridge.Mqtt.Tests.Managed.Journaling;

public class JournalFormatTests
{
    static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    static StoredMessage Stored(long sequence, string topic = "p/history", string payload = "{}") => new(
        sequence, MqttDelivery.History, Noon, Noon.AddHours(1), MqttMessage.Text(topic, payload, MqttQualityOfService.AtLeastOnce));

    static byte[] Segment(params object[] records)
    {
        var output = new ArrayBufferWriter<byte>();
        JournalFormat.WriteHeader(output, 7);
        foreach (var record in records)
        {
            if (record is StoredMessage message) JournalFormat.WriteMessage(output, message);
            else JournalFormat.WriteDone(output, (DoneRange)record);
        }
        return output.WrittenSpan.ToArray();
    }

    static SegmentScan Scan(byte[] bytes) => SegmentScan.Of(bytes, new TopicCache());

    // Contents instead of references: what differs in them is compared apart.
    static bool Same(StoredMessage left, StoredMessage right) =>
        left with { Message = right.Message } == right
        && left.Message with
        {
            Payload = right.Message.Payload,
            CorrelationData = right.Message.CorrelationData,
            UserProperties = right.Message.UserProperties,
        } == right.Message
        && (left.Message.CorrelationData ?? default).Span.SequenceEqual((right.Message.CorrelationData ?? default).Span)
        && left.Message.UserProperties.SequenceEqual(right.Message.UserProperties)
        && left.Message.Payload.Span.SequenceEqual(right.Message.Payload.Span);

    [Fact]
    public void A_segment_gives_back_what_was_written()
    {
        var scan = Scan(Segment(Stored(7), Stored(8, "p/\u00e9\u6c34", ""), new DoneRange(7, 7)));
        Assert.Equal((7, RecordState.End), (scan.FirstSequence, scan.Ending));
        Assert.True(Same(Stored(7), scan.Messages[0]) && Same(Stored(8, "p/\u00e9\u6c34", ""), scan.Messages[1]));
        Assert.Equal(new DoneRange(7, 7), Assert.Single(scan.Done));
    }

    [Fact]
    public void Any_message_survives_the_round_trip() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(3, 7), Prop.ForAll<long, byte[], byte>((sequence, payload, choice) =>
        {
            var enqueued = DateTimeOffset.FromUnixTimeMilliseconds(Math.Abs(sequence % 4_000_000_000_000));
            var message = new MqttMessage(new string('\u00e9', choice + 1), payload)
            {
                QualityOfService = (MqttQualityOfService)(choice % 3),
                Retain = choice > 100,
                PayloadIsText = choice % 2 == 0,
                ContentType = choice % 5 == 0 ? "text/plain" : null,
                ResponseTopic = choice % 7 == 0 ? "answer" : null,
                CorrelationData = choice % 11 == 0 ? payload : null,
                UserProperties = choice % 4 == 0 ? [KeyValuePair.Create("a", "1"), KeyValuePair.Create("a", "")] : [],
            };
            var stored = new StoredMessage(sequence, MqttDelivery.History, enqueued, choice > 50 ? enqueued.AddMilliseconds(choice) : null, message);
            var scan = Scan(Segment(stored));
            return scan.Ending == RecordState.End && Same(stored, Assert.Single(scan.Messages));
        }));

    [Fact]
    public void Cut_at_any_length_the_whole_records_before_the_cut_are_kept()
    {
        var whole = Segment(Stored(7), Stored(8, payload: new string('x', 60)), new DoneRange(7, 7), Stored(9));
        int[] ends = [Segment().Length, Segment(Stored(7)).Length, Segment(Stored(7), Stored(8, payload: new string('x', 60))).Length];
        for (var length = 0; length < whole.Length; length++)
        {
            var scan = Scan(whole[..length]);
            if (length < JournalFormat.HeaderSize)
            {
                Assert.NotNull(scan.HeaderError);
                continue;
            }
            Assert.Equal(ends.Count(end => end <= length) - 1, scan.Messages.Count);
            Assert.True(scan.Ending is RecordState.End or RecordState.Torn);
            Assert.True(scan.GoodLength <= length);
        }
    }

    [Fact]
    public void A_flipped_byte_anywhere_ends_the_segment_there_and_what_stands_before_is_kept()
    {
        var whole = Segment(Stored(7), Stored(8), Stored(9), new DoneRange(8, 8));
        var record = Segment(Stored(7)).Length - JournalFormat.HeaderSize;
        for (var at = 0; at < whole.Length; at++)
        {
            var bytes = whole.ToArray();
            bytes[at] ^= 0x21;
            var scan = Scan(bytes);
            if (at < JournalFormat.HeaderSize) Assert.NotNull(scan.HeaderError);
            else Assert.Equal(Math.Min(3, (at - JournalFormat.HeaderSize) / record), scan.Messages.Count);
            Assert.NotEqual((null, RecordState.End), (scan.HeaderError, scan.Ending));
        }
    }

    [Fact]
    public void A_format_of_the_future_is_not_guessed_at()
    {
        var bytes = Segment();
        bytes[4] = 2;
        Assert.NotNull(JournalFormat.HeaderError(bytes));
    }

    [Fact]
    public void Done_marks_melt_into_ranges_and_know_what_they_hold() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(3, 7), Prop.ForAll<byte[]>(numbers =>
        {
            var done = new DoneSet();
            foreach (var number in numbers) done.Add(number);
            var expected = numbers.ToHashSet();
            var ranges = done.Ranges.ToList();
            return Enumerable.Range(-1, 258).All(i => done.Contains(i) == (i is >= 0 and <= 255 && expected.Contains((byte)i)))
                && ranges.Zip(ranges.Skip(1)).All(pair => pair.First.Last + 1 < pair.Second.First);
        }));
}
