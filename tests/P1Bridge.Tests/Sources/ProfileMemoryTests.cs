using Microsoft.Extensions.Logging.Abstractions;
using P1Bridge.Core.Diagnosis;
using P1Bridge.Sources;

namespace P1Bridge.Tests.Sources;

public sealed class ProfileMemoryTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("p1bridge-profile-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_was_written_is_read_by_the_next_start()
    {
        var folder = Path.Combine(_folder.FullName, "not", "yet");
        Assert.Null(Memory(folder).Read());
        Memory(folder).Write(new LineProfile(9600, true));
        Assert.Equal(new LineProfile(9600, true), Memory(folder).Read());
        Assert.Equal("9600 7E1\n", File.ReadAllText(Path.Combine(folder, "garage.line")));
    }

    [Fact]
    public void A_damaged_file_is_none()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "garage.line"), "\0\0");
        Assert.Null(Memory(_folder.FullName).Read());
    }

    [Fact]
    public void A_folder_that_cannot_be_made_stops_nothing()
    {
        var file = Path.Combine(_folder.FullName, "file");
        File.WriteAllText(file, "");
        Memory(Path.Combine(file, "below")).Write(new LineProfile(9600, true));
        Assert.Null(Memory(Path.Combine(file, "below")).Read());
    }

    static ProfileMemory Memory(string folder) => new(folder, "garage", NullLogger.Instance);
}
