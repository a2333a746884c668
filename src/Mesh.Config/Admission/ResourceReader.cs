using System.Collections.Immutable;
using System.Text.Json;
using Mesh.Config.Decoding;
using Mesh.Config.Validation;
using Mesh.Config.Yaml;

namespace Mesh.Config.Admission;

/// <summary>The one way into the store: text to documents, strict decoding, validation; never throws on bad text.</summary>
internal sealed class ResourceReader
{
    private readonly ResourceDecoder _decoder;
    private readonly ResourceValidation _validation;
    private readonly YamlLimits _limits;
    private readonly OwnedHosts? _ownedHosts;

    /// <param name="defaultNamespace">For namespaced resources that name none.</param>
    /// <param name="limits">How much one text may demand.</param>
    /// <param name="ownedHosts">Refuses what speaks of another namespace's hosts; null when everybody may.</param>
    public ResourceReader(string defaultNamespace = "default", YamlLimits? limits = null, OwnedHosts? ownedHosts = null)
    {
        _ownedHosts = ownedHosts;
        _decoder = new ResourceDecoder(defaultNamespace);
        _validation = ResourceValidation.All;
        _limits = limits ?? YamlLimits.Default;
    }

    /// <summary>Reads all documents of a text.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="file">Stands in the findings.</param>
    public ReadText Read(string text, string file)
    {
        var documents = ImmutableArray.CreateBuilder<ReadDocument>();
        try
        {
            foreach (var document in YamlDocuments.Split(text, _limits))
            {
                ReadOne(document, documents.Count + 1, file, documents);
            }
        }
        catch (YamlFormatException exception)
        {
            documents.Add(Unreadable(exception, documents.Count + 1, file));
        }

        return new ReadText(documents.ToImmutable());
    }

    /// <summary>Reads one object that came over an API.</summary>
    /// <param name="value">The whole object; no name may stand in it twice.</param>
    public ReadDocument Read(JsonElement value)
    {
        try
        {
            return Admit(JsonTree.Read(value, _limits), number: 1, file: "");
        }
        catch (YamlFormatException exception)
        {
            return new ReadDocument(1, "", "", null, [new ResourceFinding(FindingSeverity.Error, "", exception.Message, null)]);
        }
    }

    private void ReadOne(YamlText text, int number, string file, ImmutableArray<ReadDocument>.Builder documents)
    {
        try
        {
            foreach (var node in Unroll(YamlTreeReader.Read(text, _limits)))
            {
                documents.Add(Admit(node, number, file));
            }
        }
        catch (YamlFormatException exception)
        {
            documents.Add(Unreadable(exception, number, file));
        }
    }

    private ReadDocument Admit(YamlNode node, int number, string file)
    {
        var findings = new FindingCollector(file);
        var resource = _decoder.Decode(node, findings);
        if (resource is not null)
        {
            findings.HideConsequences();
            _validation.Validate(resource, findings);
            _ownedHosts?.Validate(resource, findings);
        }

        var root = node as YamlMapping;
        var name = (root?.Find("metadata") as YamlMapping)?.Find("name");
        return new ReadDocument(number, TextOf(root?.Find("kind")), TextOf(name), findings.HasErrors ? null : resource, findings.ToImmutable());
    }

    /// <summary><c>kubectl get -o yaml</c> wraps what it prints in a list.</summary>
    internal static IEnumerable<YamlNode> Unroll(YamlNode? node) => node switch
    {
        null or YamlScalar { Kind: YamlScalarKind.Null } => [],
        YamlMapping list when TextOf(list.Find("kind")).EndsWith("List", StringComparison.Ordinal) && list.Find("items") is YamlSequence items => items.Items,
        _ => [node],
    };

    private static string TextOf(YamlNode? node) => node is YamlScalar scalar ? scalar.Text : "";

    private static ReadDocument Unreadable(YamlFormatException exception, int number, string file)
    {
        var origin = new ResourceOrigin(file, exception.Line, exception.Column);
        return new ReadDocument(number, "", "", null, [new ResourceFinding(FindingSeverity.Error, "", $"not readable as YAML: {exception.Message}", origin)]) { IsReadable = false };
    }
}
