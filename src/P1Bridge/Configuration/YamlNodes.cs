namespace P1Bridge.Configuration;

/// <summary>A value of the file with its place (line and column from 1).</summary>
abstract record YamlValue(int Line, int Column)
{
    /// <summary>What it is, for "expected ..., found ...".</summary>
    public abstract string Description { get; }
}

/// <summary>One value. <paramref name="Quoted"/>: written in quotes or as a block, so it is text whatever it looks like.</summary>
sealed record YamlScalar(string Text, bool Quoted, int Line, int Column) : YamlValue(Line, Column)
{
    /// <summary>Nothing was written, or one of YAML's words for nothing.</summary>
    public bool IsNothing => !Quoted && (Text is "" or "~" or "null" or "Null" or "NULL");

    /// <summary>True and false are no texts, unless quoted.</summary>
    public bool IsSwitch => !Quoted && (Text is "true" or "false" or "True" or "False" or "TRUE" or "FALSE");

    public override string Description => IsNothing ? "nothing" : "a single value";
}

sealed record YamlMapping(IReadOnlyList<YamlEntry> Entries, int Line, int Column) : YamlValue(Line, Column)
{
    public override string Description => "a section";
}

sealed record YamlList(IReadOnlyList<YamlValue> Items, int Line, int Column) : YamlValue(Line, Column)
{
    public override string Description => "a list";
}

/// <summary>One <c>key: value</c>.</summary>
sealed record YamlEntry(YamlScalar Key, YamlValue Value);
