using System.Globalization;
using System.Text;
using P1Bridge.Core.Publishing;
using P1Bridge.Outputs;

namespace P1Bridge.HomeAssistant;

/// <summary>The names by which Home Assistant knows a device: for ever the same for one physical meter.</summary>
/// <param name="Node">Its level in the discovery topic, and its device identifier.</param>
/// <param name="UniquePrefix">What the unique ids of its entities begin with.</param>
readonly record struct DeviceIds(string Node, string UniquePrefix)
{
    /// <summary>The unique id of an entity.</summary>
    public string UniqueId(string id) => $"{UniquePrefix}_{id}";
}

/// <summary>
/// Makes ids of letters, digits, <c>_</c> and <c>-</c> out of whatever a meter calls itself; Home Assistant drops discovery topics with
/// anything else. Different names give different ids.
/// </summary>
static class NodeIds
{
    const string Program = "p1bridge";
    const string BridgeSuffix = "bridge";

    /// <summary>The bridge's own device; two bridges on one broker have different base topics, so different nodes.</summary>
    public static DeviceIds OfBridge(Topics topics)
    {
        var node = topics.Base == Program ? $"{Program}_{BridgeSuffix}" : $"{Program}_{Escape(topics.Base)}_{BridgeSuffix}";
        return new DeviceIds(node, node);
    }

    /// <summary>A physical meter. One without a number of its own is known by its place, which only this bridge's base topic makes unique.</summary>
    public static DeviceIds OfMeter(Topics topics, DiscoveryMeter meter, DeviceSnapshot device)
    {
        var key = OfIdentity(device.Identity);
        if (!IsNamedAfterMeter(meter, device)) return new DeviceIds($"{Program}_{key}", key);
        var node = topics.Base == Program ? $"{Program}_{key}" : $"{Program}_{Escape(topics.Base)}_{key}";
        return new DeviceIds(node, node);
    }

    /// <summary>The P1 meter that a sub-meter hangs on, the bridge for the P1 meter itself.</summary>
    public static DeviceIds OfParent(Topics topics, DiscoveryMeter meter, DeviceSnapshot device) => device.ParentIdentity is { } parent
        ? OfMeter(topics, meter, device with { Identity = parent, ParentIdentity = null })
        : OfBridge(topics);

    /// <summary>Whether the identity is the number that the meter sends, and not a stand-in for it.</summary>
    public static bool HasOwnNumber(DiscoveryMeter meter, DeviceSnapshot device) => device.ParentIdentity is { } parent
        ? !device.Identity.StartsWith($"{parent}_channel_", StringComparison.Ordinal)
        : device.Identity != meter.Name;

    /// <summary>Lower-case letters and digits with single underscores between, as entity ids must be.</summary>
    public static string Slug(params ReadOnlySpan<string> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            if (text.Length > 0 && text[^1] != '_') text.Append('_');
            foreach (var letter in part)
            {
                var lower = char.ToLowerInvariant(letter);
                if (char.IsAsciiLetterOrDigit(lower)) text.Append(lower);
                else if (text.Length > 0 && text[^1] != '_') text.Append('_');
            }
        }
        return text.ToString().TrimEnd('_');
    }

    static bool IsNamedAfterMeter(DiscoveryMeter meter, DeviceSnapshot device) => device.ParentIdentity is { } parent
        ? parent == meter.Name && !HasOwnNumber(meter, device)
        : device.Identity == meter.Name;

    /// <summary>A meter that calls itself "bridge" must not land on a bridge's topic.</summary>
    static string OfIdentity(string identity)
    {
        if (identity != BridgeSuffix && !identity.EndsWith($"_{BridgeSuffix}", StringComparison.Ordinal)) return Escape(identity);
        return $"{Escape(identity[..^BridgeSuffix.Length])}_x{(int)'b':X4}{BridgeSuffix[1..]}";
    }

    /// <summary>
    /// Writes every other character as <c>_x</c> and four hexadecimal digits. An underscore that would look like the beginning of
    /// such an escape is escaped too, so that no two texts become the same.
    /// </summary>
    static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var isPlain = char.IsAsciiLetterOrDigit(text[i]) || text[i] == '-' || (text[i] == '_' && (i + 1 == text.Length || text[i + 1] != 'x'));
            if (isPlain) escaped.Append(text[i]);
            else escaped.Append(CultureInfo.InvariantCulture, $"_x{(int)text[i]:X4}");
        }
        return escaped.Length > 0 ? escaped.ToString() : "_x";
    }
}
