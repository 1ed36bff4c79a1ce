namespace P1Bridge.Configuration;

/// <summary>What the user wants otherwise for one entity of Home Assistant.</summary>
sealed record EntityOverride
{
    /// <summary>The text for no device class at all.</summary>
    public const string NoClass = "none";

    /// <summary>An id, <c>power</c>, of every medium that has it; or with the medium, <c>gas/volume</c>.</summary>
    public string Measurement { get; init; } = "";

    /// <summary>The name; empty: the catalogue's.</summary>
    public string Name { get; init; } = "";

    /// <summary>The category; null: the catalogue's.</summary>
    public EntityCategory? Category { get; init; }

    /// <summary>Whether it is switched on when it appears; null: the catalogue's.</summary>
    public bool? Enabled { get; init; }

    /// <summary>The device class, <see cref="NoClass"/> for none; empty: the catalogue's.</summary>
    public string DeviceClass { get; init; } = "";

    /// <summary>Not announced at all; its topic is published as ever.</summary>
    public bool Exclude { get; init; }

    /// <summary>Whether it speaks of this measurement.</summary>
    public bool Covers(string medium, string id) => Measurement == id || Measurement == $"{medium}/{id}";
}

enum EntityCategory { None, Diagnostic }
