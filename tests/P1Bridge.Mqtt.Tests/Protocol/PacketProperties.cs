using FsCheck;
using FsCheck.Fluent;
using P1Bridge.Mqtt.Protocol;
using P1Bridge.Mqtt.Tests.Support;
using static P1Bridge.Mqtt.Tests.Support.Wire;

namespace P1Bridge.Mqtt.Tests.Protocol;

/// <summary>What holds for all packets: round trips, chunking, and survival of whatever bytes come.</summary>
public class PacketProperties
{
    static readonly Config Seeded = Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20_261_121, 7);

    static Gen<MqttProtocolVersion> Version => Gen.Elements(V311, V5);

    static Gen<bool> Bool => Gen.Elements(true, false);

    static Gen<string> Word => Gen.Elements("a", "/", "p1bridge/meter/power", "é/ü", "日本/😀", "$SYS/x", "sport/", " ", "\uFEFF", new string('x', 300));

    static Gen<ushort> Identifier => Gen.Choose(1, ushort.MaxValue).Select(value => (ushort)value);

    static Gen<T?> Maybe<T>(Gen<T> gen) where T : class => Gen.OneOf(gen.Select(value => (T?)value), Gen.Constant<T?>(null));

    static Gen<byte[]> Bytes => ArbMap.Default.GeneratorFor<byte[]>();

    static Gen<MqttMessage> Message =>
        from topic in Word
        from payload in Bytes
        from qualityOfService in Gen.Choose(0, 2)
        from flags in Gen.Choose(0, 7)
        from seconds in Gen.Choose(-1, int.MaxValue)
        from content in Maybe(Word)
        from response in Maybe(Word)
        from correlation in Maybe(Bytes)
        from user in Gen.ListOf(Word.Zip(Word, KeyValuePair.Create))
        select new MqttMessage(topic, payload)
        {
            QualityOfService = (MqttQualityOfService)qualityOfService,
            Retain = (flags & 1) != 0,
            Duplicate = qualityOfService > 0 && (flags & 2) != 0,
            PayloadIsText = (flags & 4) != 0,
            Expiry = seconds < 0 ? null : TimeSpan.FromSeconds(seconds),
            ContentType = content,
            ResponseTopic = response,
            CorrelationData = correlation is null ? null : (ReadOnlyMemory<byte>)correlation,
            UserProperties = [.. user],
        };

    static Gen<(MqttMessage Message, PublishHeader Header)> PublishGen =>
        from message in Message
        from identifier in Identifier
        let hasIdentifier = message.QualityOfService > 0
        select (message, new PublishHeader(hasIdentifier ? identifier : (ushort)0, message.QualityOfService, message.Retain, message.Duplicate));

    static Gen<Acknowledgement> AcknowledgementGen =>
        from type in Gen.Elements(PacketType.Puback, PacketType.Pubrec, PacketType.Pubrel, PacketType.Pubcomp)
        from identifier in Identifier
        from code in Gen.Elements(MqttReasonCode.Success, MqttReasonCode.PacketIdentifierNotFound, MqttReasonCode.NotAuthorized)
        select new Acknowledgement(type, identifier, code);

    [Fact]
    public void Messages_and_acknowledgements_survive_a_round_trip_under_any_chunking() =>
        Check.One(Seeded, Prop.ForAll(
            Version.Zip(Gen.ListOf(PublishGen)).Zip(Gen.ListOf(AcknowledgementGen)).Zip(Gen.Choose(1, 37)).ToArbitrary(),
            sample =>
            {
                var (((version, messages), acknowledgements), chunk) = sample;
                byte[] bytes =
                [
                    .. messages.SelectMany(publish => Written(version, publish.Message, publish.Header)),
                    .. acknowledgements.SelectMany(acknowledgement => Written(version, acknowledgement)),
                ];
                IEnumerable<string> expected =
                [
                    .. messages.Select(publish => ServerCodec.Expected(version, publish.Message, publish.Header)),
                    .. acknowledgements.Select(acknowledgement => $"{(version == V5 ? acknowledgement : acknowledgement with { ReasonCode = 0 })}"),
                ];
                return Read(version, bytes, chunk).Select(packet => Described(version, packet)).SequenceEqual(expected);
            }));

    [Fact]
    public void What_a_client_sends_is_what_a_server_reads() =>
        Check.One(Seeded, Prop.ForAll(Version.Zip(PublishGen).Zip(AcknowledgementGen).ToArbitrary(), sample =>
        {
            var ((version, (message, header)), acknowledgement) = sample;
            var code = version == V5 ? (int)acknowledgement.ReasonCode : 0;
            return ServerCodec.Read(version, Written(version, message, header)) == ServerCodec.Expected(version, message, header)
                && ServerCodec.Read(version, Written(version, acknowledgement)) == $"{(int)acknowledgement.Type} {acknowledgement.Identifier} {code}";
        }));

    [Fact]
    public void Each_CONNECT_is_what_a_server_reads() =>
        Check.One(Seeded, Prop.ForAll(
            Version.Zip(Maybe(Message)).Zip(Word.Zip(Maybe(Word))).Zip(Gen.Choose(0, ushort.MaxValue).Zip(Gen.Choose(0, 63))).ToArbitrary(),
            sample =>
            {
                var (((version, will), (id, word)), (number, bits)) = sample;
                var options = new MqttClientOptions
                {
                    ClientId = id,
                    KeepAlive = TimeSpan.FromSeconds(number),
                    Will = will,
                    WillDelay = (bits & 1) == 0 ? null : TimeSpan.FromSeconds(number),
                    UserName = word,
                    Password = (bits & 2) == 0 ? null : word,
                    SessionExpiry = (bits & 4) == 0 ? null : TimeSpan.FromSeconds(number),
                    ReceiveMaximum = (bits & 8) == 0 ? null : Math.Max(number, 1),
                    TopicAliasMaximum = (bits & 16) == 0 ? 0 : number,
                };
                if ((bits & 32) != 0) options = options with { MaximumPacketSize = number + 64 };
                return ServerCodec.Read(version, Written(version, new ConnectPacket(options, id, (bits & 1) == 0))) == Expected(version, options, (bits & 1) == 0);
            }));

    static string Expected(MqttProtocolVersion version, MqttClientOptions options, bool cleanStart)
    {
        var properties = new List<string>();
        if (options.SessionExpiry is { } expiry) properties.Add($"17={(uint)expiry.TotalSeconds}");
        if (options.ReceiveMaximum is { } receive) properties.Add($"33={receive}");
        if (options.AnnouncedPacketSize is { } size) properties.Add($"39={size}");
        if (options.TopicAliasMaximum > 0) properties.Add($"34={options.TopicAliasMaximum}");
        var announced = version == V5 ? string.Join(",", properties) : "";
        var text = $"{(cleanStart ? 2 : 0)} {(int)options.KeepAlive.TotalSeconds} [{announced}] {options.ClientId}";
        if (options.Will is { } will)
        {
            string[] delay = options.WillDelay is { } wait ? [$"24={(uint)wait.TotalSeconds}"] : [];
            text += $" will {(int)will.QualityOfService} {(will.Retain ? 0x20 : 0)} {ServerCodec.Properties(version, will, delay)} {will.Topic} {Convert.ToHexString(will.Payload.Span)}";
        }
        if (options.UserName is { } user) text += $" user {user}";
        if (options.Password is { } password) text += $" password {password}";
        return text;
    }

    [Fact]
    public void Each_request_and_goodbye_is_what_a_server_reads() =>
        Check.One(Seeded, Prop.ForAll(
            Version.Zip(Gen.NonEmptyListOf(Word.Zip(Gen.Choose(0, 2)).Zip(Gen.Choose(0, 11)))).Zip(Identifier.Zip(Gen.Choose(0, VariableInteger.Maximum))).ToArbitrary(),
            sample =>
            {
                var ((version, filters), (identifier, number)) = sample;
                MqttSubscription[] wanted =
                [
                    .. filters.Select(filter => new MqttSubscription(filter.Item1.Item1, (MqttQualityOfService)filter.Item1.Item2)
                    {
                        Identifier = number == 0 ? null : number,
                        NoLocal = (filter.Item2 & 1) != 0,
                        RetainAsPublished = (filter.Item2 & 2) != 0,
                        RetainHandling = (MqttRetainHandling)(filter.Item2 >> 2),
                    }),
                ];
                var properties = version == V5 && number > 0 ? $"[11={number}]" : "[]";
                var options = wanted.Select((subscription, i) => (int)subscription.QualityOfService | (version == V5 ? filters[i].Item2 << 2 : 0));
                return ServerCodec.Read(version, Written(version, new SubscribePacket(identifier, wanted)))
                        == $"{identifier} {properties} {string.Join(" ", wanted.Zip(options, (subscription, bits) => $"{subscription.Filter}:{bits}"))}"
                    && ServerCodec.Read(version, Written(version, new UnsubscribePacket(identifier, [.. wanted.Select(subscription => subscription.Filter)])))
                        == $"{identifier} [] {string.Join(" ", wanted.Select(subscription => subscription.Filter))}"
                    && ServerCodec.Read(version, Written(version, new DisconnectPacket(MqttReasonCode.PacketTooLarge))) == $"14 {(version == V5 ? 0x95 : 0)}";
            }));

    [Fact]
    public void Each_answer_of_a_server_is_read_as_it_was_meant() =>
        Check.One(Seeded, Prop.ForAll(
            Version.Zip(Identifier).Zip(Gen.NonEmptyListOf(Gen.Elements<byte>(0, 1, 2, 0x80))).Zip(Word.Zip(Gen.Choose(1, ushort.MaxValue))).ToArbitrary(),
            sample =>
            {
                var (((version, identifier), codes), (text, number)) = sample;
                byte[] reason = [0x1F, .. Text(text)];
                var suback = ReadOne<FilterAnswerPacket>(version, Packet(0x90, [.. Number(identifier), .. Properties(version, reason), .. codes]));
                var connack = ReadOne<ConnackPacket>(version, Connack(
                    version, true, 0, [.. reason, 0x11, 0, 0, .. Number(number), 0x21, .. Number(number), 0x12, .. Text(text), 0x22, .. Number(number), 0x13, .. Number(number)]));
                var isV5 = version == V5;
                return suback.Identifier == identifier && suback.ReasonCodes!.Select(code => (byte)code).SequenceEqual(codes) && suback.Text == (isV5 ? text : null)
                    && connack.SessionPresent && connack.ReasonText == (isV5 ? text : null) && connack.SessionExpiry == (isV5 ? (uint)number : null)
                    && connack.ReceiveMaximum == (isV5 ? number : 65_535) && connack.AssignedClientId == (isV5 ? text : null)
                    && connack.TopicAliasMaximum == (isV5 ? number : 0) && connack.KeepAlive == (isV5 ? (ushort)number : null);
            }));

    [Fact]
    public void A_large_payload_survives_byte_by_byte()
    {
        var payload = new byte[100_000];
        new Random(1).NextBytes(payload);
        foreach (var version in new[] { V311, V5 })
        {
            var read = Assert.IsType<PublishPacket>(Assert.Single(Read(version, Written(version, new MqttMessage("big", payload), default), 1)));
            Assert.Equal(payload, read.Message.Payload.ToArray());
        }
    }

    [Fact]
    public void Random_bytes_give_packets_or_the_protocol_error_and_nothing_else() =>
        Check.One(Seeded.WithMaxTest(5000), Prop.ForAll(Version.Zip(Bytes).ToArbitrary(), sample => Survives(sample.Item1, sample.Item2)));

    [Fact]
    public void Random_bodies_behind_a_good_header_give_packets_or_the_protocol_error_and_nothing_else()
    {
        var random = new Random(43);
        for (var i = 0; i < 50_000; i++)
        {
            var body = new byte[random.Next(24)];
            random.NextBytes(body);
            if (body.Length > 4 && random.Next(2) == 0) (body[0], body[1]) = (0, (byte)random.Next(4)); // A topic that fits.
            Assert.True(Survives(V5, Packet(random.Next(256), body)));
        }
    }

    [Theory]
    [InlineData(V311)]
    [InlineData(V5)]
    public void Good_packets_with_bytes_changed_give_packets_or_the_protocol_error_and_nothing_else(MqttProtocolVersion version)
    {
        var random = new Random(42);
        byte[] properties = [0x01, 1, 0x02, 0, 0, 1, 0, 0x03, 0, 1, 99, 0x08, 0, 1, 114, 0x09, 0, 2, 1, 2, 0x26, 0, 1, 97, 0, 1, 98, 0x0B, 5, 0x23, 0, 1];
        byte[] good =
        [
            .. Connack(version, true, 0, 0x11, 0, 0, 0, 1, 0x21, 0, 9, 0x24, 1, 0x25, 1, 0x27, 0, 0, 9, 9, 0x12, 0, 1, 97, 0x22, 0, 1, 0x28, 1, 0x13, 0, 1),
            .. Publish(version, "a/", "hi", 2, 7, 9, properties), .. Suback(version, 1, 0, 0x80), .. Acknowledgement(4, 1), .. Acknowledgement(6, 9),
            .. Unsuback(version, 4, 0), 0xD0, 0, .. version == V5 ? Packet(0xE0, 0x8B, 4, 0x1F, 0, 1, 97) : [],
        ];
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = (byte[])good.Clone();
            for (var changes = random.Next(1, 4); changes > 0; changes--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            Assert.True(Survives(version, bytes));
        }
    }

    static bool Survives(MqttProtocolVersion version, byte[] bytes)
    {
        try
        {
            Read(version, bytes, 7);
            return true;
        }
        catch (MqttException exception)
        {
            return exception.Failure == MqttFailure.Protocol;
        }
    }

    static string Described(MqttProtocolVersion version, object packet) => packet is PublishPacket { Message: var message, Identifier: var identifier }
        ? ServerCodec.Expected(version, message, new PublishHeader(identifier, message.QualityOfService, message.Retain, message.Duplicate))
        : $"{packet}";
}
