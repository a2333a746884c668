using System.Collections.Immutable;
using Mesh.Config.Decoding;
using Mesh.Config.Yaml;

namespace Mesh.Config.Admission;

/// <summary>Reads resources to look at, not to keep: of all kinds, and whatever is wrong with them; never throws on bad text.</summary>
internal sealed class LooseReader
{
    private readonly ResourceDecoder _decoder;
    private readonly YamlLimits _limits;

    /// <param name="defaultNamespace">For namespaced resources that name none.</param>
    /// <param name="limits">How much one text may demand.</param>
    public LooseReader(string defaultNamespace = "default", YamlLimits? limits = null)
    {
        _decoder = new ResourceDecoder(defaultNamespace, keepsAll: true);
        _limits = limits ?? YamlLimits.Default;
    }

    /// <summary>Reads all documents of a text.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="file">Stands in the findings.</param>
    public LooseText Read(string text, string file)
    {
        var documents = ImmutableArray.CreateBuilder<LooseDocument>();
        var unreadable = ImmutableArray.CreateBuilder<ResourceFinding>();
        Attempt(() =>
        {
            foreach (var document in YamlDocuments.Split(text, _limits))
            {
                Attempt(() => documents.AddRange(ResourceReader.Unroll(YamlTreeReader.Read(document, _limits)).Select(node => Decode(node, file))));
            }
        });
        return new LooseText(documents.ToImmutable(), unreadable.ToImmutable());

        void Attempt(Action reading)
        {
            try
            {
                reading();
            }
            catch (YamlFormatException exception)
            {
                var origin = new ResourceOrigin(file, exception.Line, exception.Column);
                unreadable.Add(new ResourceFinding(FindingSeverity.Error, "", $"not readable as YAML: {exception.Message}", origin));
            }
        }
    }

    private LooseDocument Decode(YamlNode node, string file)
    {
        var findings = new FindingCollector(file);
        return new LooseDocument(node, _decoder.Decode(node, findings), findings);
    }
}
