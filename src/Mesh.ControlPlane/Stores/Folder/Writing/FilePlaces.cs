using System.Security.Cryptography;
using System.Text;
using Mesh.Config;

namespace Mesh.ControlPlane.Stores.Folder.Writing;

/// <summary>Names the file of a new resource, and finds what stands in the way of writing to a file.</summary>
internal static class FilePlaces
{
    /// <summary>For kinds that are in no namespace; no namespace is called so.</summary>
    public const string ClusterFolder = "_cluster";

    // With ".yaml", the dot in front and the ending of temporary files still a name that every file system takes.
    private const int LongestName = 200;

    /// <summary><c>namespace/plural.group/name.yaml</c>, relative to the folder.</summary>
    public static string Of(ResourceId id, ResourceKind kind)
    {
        var scope = id.Namespace.Length > 0 ? Encode(id.Namespace) : ClusterFolder;
        var type = id.Group.Length > 0 ? $"{kind.Plural}.{id.Group}" : kind.Plural;
        return $"{scope}/{type}/{Encode(id.Name)}.yaml";
    }

    /// <summary>The first link on the way from the folder to a file, with where it leads; null when there is none.</summary>
    public static (string Path, string Target)? FindLink(string root, string path)
    {
        var place = root;
        foreach (var part in path.Split('/'))
        {
            place = Path.Combine(place, part);
            if (new FileInfo(place).LinkTarget is { } target)
            {
                return (place, target);
            }
        }

        return null;
    }

    // Names of resources are names of files already, but for those that RBAC allows, and what is too long.
    private static string Encode(string name)
    {
        var encoded = new StringBuilder();
        foreach (var octet in Encoding.UTF8.GetBytes(name))
        {
            var isSafe = char.IsAsciiLetterLower((char)octet) || char.IsAsciiDigit((char)octet) || octet is (byte)'-' or (byte)'_' || (octet == '.' && encoded.Length > 0);
            _ = isSafe ? encoded.Append((char)octet) : encoded.Append('%').Append(octet.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return encoded.Length <= LongestName
            ? encoded.ToString()
            : $"{encoded.ToString(0, LongestName)}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 8))}";
    }
}
