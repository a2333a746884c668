using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Mesh.Config;
using Mesh.Config.Admission;
using Mesh.Config.Yaml;

namespace Mesh.ControlPlane.Stores.Folder;

/// <summary>Reads a file into resources; a broken one keeps the resources of its last good version.</summary>
internal sealed class ConfigFileReader(string folder, ResourceReader reader)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="path">Relative to the folder, for texts.</param>
    /// <param name="fullPath">Where it is.</param>
    /// <param name="previous">The last known state; null for a new file.</param>
    public ConfigFile Read(string path, string fullPath, ConfigFile? previous)
    {
        var stamp = previous?.Stamp ?? default;
        try
        {
            // Taken before reading: a write during the read leaves an older stamp behind and is read again.
            stamp = FileStamp.Of(fullPath);
            if (stamp.Length > 4L * YamlLimits.Default.FileLength)
            {
                return Reject(path, stamp, "", previous, [Failure(path, $"the file has {stamp.Length} bytes; at most {YamlLimits.Default.FileLength} characters are read: split it")]);
            }

            // A pipe has no length either, and whoever opens one to read waits for a writer.
            var content = stamp.Length == 0 ? [] : File.ReadAllBytes(fullPath);
            return previous is { Accepted: true } && previous.Digest == DigestOf(content) ? previous with { Stamp = stamp } : Read(path, stamp, content, previous);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Reject(path, stamp, "", previous, [Failure(path, $"the file cannot be read: {exception.Message}")]);
        }
    }

    /// <summary>What a file with this content is.</summary>
    public ConfigFile Read(string path, FileStamp stamp, byte[] content, ConfigFile? previous)
    {
        var digest = DigestOf(content);
        try
        {
            var read = reader.Read(TextOf(content), Path.Combine(folder, path));
            return read.Rejected
                ? Reject(path, stamp, digest, previous, [.. read.Findings])
                : new ConfigFile(path, stamp, digest, Accepted: true, [.. read.Resources], [.. read.Findings]);
        }
        catch (DecoderFallbackException exception)
        {
            return Reject(path, stamp, digest, previous, [Failure(path, $"the file is not UTF-8 text: {exception.Message}")]);
        }
    }

    /// <summary>Names the content of a file.</summary>
    public static string DigestOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    // A byte order mark may say that it is UTF-16.
    private static string TextOf(byte[] content)
    {
        using var text = new StreamReader(new MemoryStream(content), StrictUtf8, detectEncodingFromByteOrderMarks: true);
        return text.ReadToEnd();
    }

    private static ConfigFile Reject(string path, FileStamp stamp, string digest, ConfigFile? previous, ImmutableArray<ResourceFinding> findings) =>
        new(path, stamp, digest, Accepted: false, previous?.Resources ?? [], findings);

    private ResourceFinding Failure(string path, string message) =>
        new(FindingSeverity.Error, "", message, new ResourceOrigin(Path.Combine(folder, path), 0));
}
