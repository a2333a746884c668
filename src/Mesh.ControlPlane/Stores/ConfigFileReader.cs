using System.Collections.Immutable;
using System.Text;
using Mesh.Config;
using Mesh.Config.Admission;
using Mesh.Config.Yaml;

namespace Mesh.ControlPlane.Stores;

/// <summary>Reads a file into resources; a broken one keeps the resources of its last good version.</summary>
internal sealed class ConfigFileReader(string folder, ResourceReader reader)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="path">Relative to the folder, for texts.</param>
    /// <param name="fullPath">Where it is.</param>
    /// <param name="previous">The last known state; null for a new file.</param>
    public ConfigFile Read(string path, string fullPath, ConfigFile? previous)
    {
        var shown = Path.Combine(folder, path);
        var stamp = previous?.Stamp ?? default;
        try
        {
            // Taken before reading: a write during the read leaves an older stamp behind and is read again.
            stamp = FileStamp.Of(fullPath);
            if (stamp.Length > 4L * YamlLimits.Default.FileLength)
            {
                return Reject(path, stamp, previous, [Failure(shown, $"the file has {stamp.Length} bytes; at most {YamlLimits.Default.FileLength} characters are read: split it")]);
            }

            var read = reader.Read(File.ReadAllText(fullPath, StrictUtf8), shown);
            return read.Rejected
                ? Reject(path, stamp, previous, [.. read.Findings])
                : new ConfigFile(path, stamp, Accepted: true, [.. read.Resources], [.. read.Findings]);
        }
        catch (DecoderFallbackException exception)
        {
            return Reject(path, stamp, previous, [Failure(shown, $"the file is not UTF-8 text: {exception.Message}")]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Reject(path, stamp, previous, [Failure(shown, $"the file cannot be read: {exception.Message}")]);
        }
    }

    private static ConfigFile Reject(string path, FileStamp stamp, ConfigFile? previous, ImmutableArray<ResourceFinding> findings) =>
        new(path, stamp, Accepted: false, previous?.Resources ?? [], findings);

    private static ResourceFinding Failure(string file, string message) =>
        new(FindingSeverity.Error, "", message, new ResourceOrigin(file, 0));
}
