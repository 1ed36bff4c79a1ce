using System.Globalization;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;

namespace P1Bridge.Generation;

/// <summary>One telegram as the templates of messages see it; <c>docs/templates.md</c> describes it.</summary>
static class MessageModel
{
    public const string SubMeters = "sub_meters";

    /// <summary>A telegram.</summary>
    public static TemplateMap Of(MeterSnapshot snapshot)
    {
        var main = snapshot.Devices.FirstOrDefault(static device => device.TopicName.Length == 0);
        var model = new TemplateMap
        {
            ["meter"] = snapshot.Name,
            ["time"] = Payload.Of(snapshot.Clock ?? snapshot.ReceivedAt),
            ["unix_time"] = Seconds(snapshot.Clock ?? snapshot.ReceivedAt),
            ["received_at"] = Payload.Of(snapshot.ReceivedAt),
        };
        if (main is not null) Add(model, main);
        model[SubMeters] = snapshot.Devices.Where(static device => device.TopicName.Length > 0).Select(static device => (object?)SubMeter(device)).ToList();
        return model;
    }

    /// <summary>The same for one of its sub-meters.</summary>
    public static TemplateMap For(TemplateMap telegram, TemplateMap subMeter)
    {
        var model = new TemplateMap();
        foreach (var (name, value) in telegram)
            model[name] = value;
        model["sub_meter"] = subMeter;
        return model;
    }

    static TemplateMap SubMeter(DeviceSnapshot device)
    {
        var model = new TemplateMap { ["name"] = device.TopicName, ["medium"] = device.Medium.Id };
        Add(model, device);
        return model;
    }

    static void Add(TemplateMap model, DeviceSnapshot device)
    {
        var (values, texts, units) = (new TemplateMap(), new TemplateMap(), new TemplateMap());
        foreach (var value in device.Values)
        {
            var isMonth = value.Key.Length > value.Row.Id.Length;
            var (place, key) = isMonth ? (Months(values, value.Row.Id), value.Key[(value.Row.Id.Length + 1)..]) : (values, value.Row.Id);
            place[key] = Of(value);
            (isMonth ? Months(texts, value.Row.Id) : texts)[key] = value.Payload;
            if (value.Row.Unit is { } unit) units[value.Row.Id] = unit.Name;
        }
        model["identifier"] = device.Identity;
        model["values"] = values;
        model["texts"] = texts;
        model["units"] = units;
    }

    static TemplateMap Months(TemplateMap place, string id)
    {
        if (place[id] is TemplateMap months) return months;
        var added = new TemplateMap();
        place[id] = added;
        return added;
    }

    /// <summary>Numbers as numbers with the meter's decimals; what is not active is null.</summary>
    static object? Of(PublishedValue value)
    {
        if (value.Row.CanBeNone && value.Payload == Reading.NoneWord) return null;
        var isNumber = value.Row is { Kind: ValueKind.Number or ValueKind.Count or ValueKind.MonthlyPeaks, Part: ValuePart.Value };
        return isNumber && decimal.TryParse(value.Payload, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number : value.Payload;
    }

    static decimal Seconds(DateTimeOffset time) => time.ToUnixTimeSeconds();
}
