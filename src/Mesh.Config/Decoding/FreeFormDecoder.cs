using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Config.Yaml;

namespace Mesh.Config.Decoding;

/// <summary>Reads what is of no schema here: the configuration of a plugin, the patch of an EnvoyFilter.</summary>
internal static class FreeFormDecoder
{
    /// <summary>Fills a <see cref="Struct"/>, a <see cref="ListValue"/> or a <see cref="Value"/>.</summary>
    public static void Decode(YamlNode node, IMessage target, string path, FindingCollector findings)
    {
        switch (target, node)
        {
            case (Struct fields, YamlMapping mapping):
                Fill(fields, mapping, path, findings);
                break;
            case (ListValue list, YamlSequence sequence):
                list.Values.AddRange(sequence.Items.Select((item, index) => Read(item, $"{path}[{index}]", findings)));
                break;
            case (Value value, _):
                value.MergeFrom(Read(node, path, findings));
                break;
            default:
                findings.Error(path, $"expected a {(target is Struct ? "mapping" : "list")}, found {node.Describe()}");
                break;
        }
    }

    private static void Fill(Struct fields, YamlMapping mapping, string path, FindingCollector findings)
    {
        foreach (var (key, value) in mapping.Entries)
        {
            var field = $"{path}.{key.Text}";
            findings.Locate(field, key.Line, key.Column);
            if (!fields.Fields.TryAdd(key.Text, Read(value, field, findings)))
            {
                findings.Error(field, $"\"{key.Text}\" is set twice");
            }
        }
    }

    private static Value Read(YamlNode node, string path, FindingCollector findings)
    {
        switch (node)
        {
            case YamlMapping mapping:
                var fields = new Struct();
                Fill(fields, mapping, path, findings);
                return Value.ForStruct(fields);
            case YamlSequence sequence:
                return Value.ForList([.. sequence.Items.Select((item, index) => Read(item, $"{path}[{index}]", findings))]);
            case YamlScalar { Kind: YamlScalarKind.Null }:
                return Value.ForNull();
            case YamlScalar { Kind: YamlScalarKind.Boolean } scalar:
                return Value.ForBool(scalar.AsBoolean());
            case YamlScalar { Kind: YamlScalarKind.Integer } scalar when YamlScalar.TryParseInteger(scalar.Text, out var whole):
                return Value.ForNumber((double)whole);
            case YamlScalar { Kind: YamlScalarKind.Float } scalar when YamlScalar.TryParseFloat(scalar.Text, out var number):
                return Value.ForNumber(number);
            default:
                return Value.ForString(((YamlScalar)node).Text);
        }
    }
}
