using System.Globalization;
using System.Text;
using Mesh.Config;
using Mesh.Config.Yaml;

namespace Mesh.ControlPlane.Api.Xds;

/// <summary>Finds the line of a field of a resource in the file that the resource was read from, by reading that file again.</summary>
/// <param name="folder">Where such files are; null when configuration does not come from files.</param>
internal sealed class FieldPlaces(string? folder)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="resource">As it was read.</param>
    /// <param name="field">A path within its spec such as <c>http[1].match[0]</c>; empty for the resource itself.</param>
    /// <returns>The deepest part of the path that is there; null when the file cannot be had or is another one by now.</returns>
    public ResourceOrigin? Find(Resource resource, string field)
    {
        if (field.Length == 0 || resource.Origin is not { Line: > 0 } origin || !IsOurs(origin.File))
        {
            return null;
        }

        try
        {
            var document = YamlDocuments.Split(File.ReadAllText(origin.File, StrictUtf8), YamlLimits.Default)
                .Select(text => YamlTreeReader.Read(text, YamlLimits.Default))
                .SelectMany(Unroll)
                .FirstOrDefault(node => Is(node, resource.Id));
            return document?.Find("spec") is { } spec ? new ResourceOrigin(origin.File, Walk(spec, field).Line) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or YamlFormatException or DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>What a resource says of its file is only believed where the store reads files.</summary>
    private bool IsOurs(string file) =>
        folder is not null && Path.GetFullPath(file).StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static IEnumerable<YamlMapping> Unroll(YamlNode? node) => node switch
    {
        YamlMapping list when list.Find("items") is YamlSequence items => items.Items.OfType<YamlMapping>(),
        YamlMapping single => [single],
        _ => [],
    };

    private static bool Is(YamlMapping document, ResourceId id) =>
        Text(document.Find("kind")) == id.Kind
        && document.Find("metadata") is YamlMapping metadata
        && Text(metadata.Find("name")) == id.Name
        && (Text(metadata.Find("namespace")) is { } ns ? ns == id.Namespace : true);

    private static string? Text(YamlNode? node) => (node as YamlScalar)?.Text;

    private static YamlNode Walk(YamlNode node, string field)
    {
        foreach (var part in field.Split('.', '['))
        {
            var next = part.EndsWith(']')
                ? int.TryParse(part.AsSpan(0, part.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                    ? (node as YamlSequence)?.Items.ElementAtOrDefault(index)
                    : null
                : (node as YamlMapping)?.Find(part);
            if (next is null)
            {
                break;
            }

            node = next;
        }

        return node;
    }
}
