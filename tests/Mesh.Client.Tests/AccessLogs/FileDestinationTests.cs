using Mesh.Client.AccessLogs.Writing;
using Mesh.Client.Tests.Reliability;
using Mesh.Testing.Logging;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.AccessLogs;

/// <summary>Files that cannot be written.</summary>
public sealed class FileDestinationTests
{
    [Fact]
    public void Flush_DiskIsFull_TellsOnceAndCountsEveryLine()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a file that is always full.");
        using var folder = new TemporaryFolder();
        using var logs = new LogCollector();
        var dropped = 0;
        var path = Path.Combine(folder.Path, "full.log");
        File.CreateSymbolicLink(path, "/dev/full");
        using var file = new FileDestination(path, () => dropped++, logs.CreateLogger("files"));

        for (var batch = 1; batch <= 3; batch++)
        {
            file.Write("one\n");
            file.Write("two\n");
            file.Flush();
            Assert.Equal(2 * batch, dropped);
        }

        Assert.Single(logs.Entries, entry => entry.Level is LogLevel.Warning);

        // There is room again, and later none once more: that is told anew.
        File.Delete(path);
        file.Write("three\n");
        file.Flush();
        Assert.Equal("three\n", File.ReadAllText(path));
        File.Delete(path);
        file.Flush();
        File.CreateSymbolicLink(path, "/dev/full");
        file.Write("four\n");
        file.Flush();
        Assert.Equal((7, 2), (dropped, logs.Entries.Count(entry => entry.Level is LogLevel.Warning)));
    }
}
