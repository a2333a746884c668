namespace Bookinfo.AppHost;

/// <summary>A copy of the sample's resources for one run: what kubectl applies lands in it and goes with it, and files that change in the sample are brought over.</summary>
internal sealed class ConfigCopy(string source, string target)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly EnumerationOptions AllLevels = new() { RecurseSubdirectories = true };

    // What was brought over last, by relative path.
    private Dictionary<string, (long Length, DateTime Written)> _known = [];

    /// <summary>Brings over what changed in the sample since the last time; what only the copy has stays.</summary>
    public void Update()
    {
        var found = new DirectoryInfo(source).EnumerateFiles("*", AllLevels)
            .ToDictionary(file => Path.GetRelativePath(source, file.FullName), file => (file.Length, file.LastWriteTimeUtc));
        foreach (var path in found.Keys.Where(path => !_known.TryGetValue(path, out var known) || known != found[path]))
        {
            // Whole or not at all: the control plane looks at the same time, and takes no file of this name.
            var place = Path.Combine(target, path);
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.Copy(Path.Combine(source, path), place + "~", overwrite: true);
            File.Move(place + "~", place, overwrite: true);
        }

        foreach (var path in _known.Keys.Where(path => !found.ContainsKey(path)))
        {
            File.Delete(Path.Combine(target, path));
        }

        _known = found;
    }

    /// <summary>Follows the sample until the run ends.</summary>
    public async Task FollowAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Pause);
        while (await timer.WaitForNextTickAsync(stop))
        {
            try
            {
                Update();
            }
            catch (IOException)
            {
                // An editor is at it, or a file is gone again: the next look settles it.
            }
        }
    }
}
