using System.Text;

namespace P1Bridge.Sources.Simulation;

/// <summary>Writes the telegrams of a profile: its lines, with the house's readings where the house has some.</summary>
sealed class ProfileTelegramWriter(SimulatorProfile profile)
{
    /// <summary>The telegram of now, last line end included.</summary>
    public byte[] Write(HouseModel house)
    {
        var readings = HouseReport.Everything(house);
        var text = new StringBuilder(profile.Header).Append("\r\n\r\n");
        foreach (var (medium, key, pattern) in profile.Telegram)
            text.Append(readings.TryGetValue((medium, key), out var reading) ? pattern.With(reading) : pattern.Example).Append("\r\n");
        return SimulatedTelegramWriter.Finish(text, profile.HasChecksum);
    }
}
