namespace P1Bridge.Mqtt.Tests.Support;

/// <summary>A folder of the test's own, gone after it.</summary>
sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("p1bridge-journal-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
