using System.Text.Json.Nodes;
using Mesh.Config.Yaml;

namespace Mesh.Cli.Objects;

/// <summary>Reads objects from files, folders and stdin; what cannot be read is told by file and line, all of it at once.</summary>
internal sealed class ManifestFile(TextReader standardInput)
{
    public const string StandardInput = "-";

    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];
    private static readonly string[] Required = ["apiVersion", "kind"];

    private readonly List<string> _errors = [];

    /// <summary>What could not be read.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <param name="paths">Files, folders, or <c>-</c>.</param>
    /// <param name="isRecursive">Whether folders are read with those in them.</param>
    public IReadOnlyList<ManifestObject> Read(IEnumerable<string> paths, bool isRecursive) => [.. paths.SelectMany(path => FilesOf(path, isRecursive)).SelectMany(ReadOne)];

    /// <summary>Reads one text.</summary>
    public IReadOnlyList<ManifestObject> ReadText(string text, string file)
    {
        var objects = new List<ManifestObject>();
        try
        {
            foreach (var document in YamlDocuments.Split(text, YamlLimits.Default))
            {
                foreach (var node in Unroll(YamlTreeReader.Read(document, YamlLimits.Default)))
                {
                    Add(objects, node, file);
                }
            }
        }
        catch (YamlFormatException exception)
        {
            _errors.Add($"{file}:{exception.Line}: not readable as YAML: {exception.Message}");
        }

        return objects;
    }

    private IEnumerable<ManifestObject> ReadOne(string file)
    {
        try
        {
            return ReadText(file == StandardInput ? standardInput.ReadToEnd() : File.ReadAllText(file), file == StandardInput ? "stdin" : file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _errors.Add($"{file}: {exception.Message}");
            return [];
        }
    }

    private string[] FilesOf(string path, bool isRecursive)
    {
        if (!Directory.Exists(path))
        {
            return [path];
        }

        var files = Directory.EnumerateFiles(path, "*", isRecursive ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly)
            .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .ToArray();
        if (files.Length == 0)
        {
            _errors.Add($"{path}: the folder holds no .yaml, .yml or .json file");
        }

        return files;
    }

    private void Add(List<ManifestObject> objects, YamlNode node, string file)
    {
        if (node is not YamlMapping mapping)
        {
            _errors.Add($"{file}:{node.Line}: expected an object, got {node.Describe()}");
            return;
        }

        var json = JsonNode.Parse(YamlJson.ToJson(mapping).GetRawText())!.AsObject();
        if (Required.FirstOrDefault(field => json[field] is not JsonValue) is { } field)
        {
            _errors.Add($"{file}:{node.Line}: expected {field}, got nothing");
            return;
        }

        if (ObjectApi.NameOf(json).Length == 0)
        {
            _errors.Add($"{file}:{node.Line}: expected metadata.name, got nothing");
            return;
        }

        objects.Add(new ManifestObject(json, file, node.Line));
    }

    /// <summary><c>kubectl get -o yaml</c> wraps what it prints in a list.</summary>
    private static IEnumerable<YamlNode> Unroll(YamlNode? node) => node switch
    {
        null or YamlScalar { Kind: YamlScalarKind.Null } => [],
        YamlMapping list when (list.Find("kind") as YamlScalar)?.Text.EndsWith("List", StringComparison.Ordinal) == true && list.Find("items") is YamlSequence items => items.Items,
        _ => [node],
    };
}
