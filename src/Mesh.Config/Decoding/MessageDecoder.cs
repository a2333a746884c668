using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Mesh.Config.Kubernetes.Core;
using Mesh.Config.Yaml;

namespace Mesh.Config.Decoding;

/// <summary>Walks a YAML tree along a protobuf descriptor by the rules of proto3 JSON, and reports everything that does not fit.</summary>
/// <param name="findings">Takes the errors and the place of every field.</param>
/// <param name="strict">Whether an unknown field is an error.</param>
internal sealed class MessageDecoder(FindingCollector findings, bool strict)
{
    /// <summary>Fills a message; after an error it holds what could be read.</summary>
    public void Decode(YamlNode node, IMessage message, string path)
    {
        switch (message)
        {
            case Duration duration:
                DecodeDuration(node, duration, path);
                return;
            case IntOrString value:
                DecodeIntOrString(node, value, path);
                return;
            case Struct or Value or ListValue:
                FreeFormDecoder.Decode(node, message, path, findings);
                return;
        }

        if (node is not YamlMapping mapping)
        {
            findings.Error(path, $"expected a mapping with the fields of {message.Descriptor.Name}, found {node.Describe()}");
            return;
        }

        var seen = new HashSet<FieldDescriptor>();
        foreach (var (key, value) in mapping.Entries)
        {
            var field = Find(message.Descriptor, key.Text);
            var fieldPath = Child(path, field?.JsonName ?? key.Text);
            findings.Locate(fieldPath, key.Line, key.Column);
            if (field is null)
            {
                ReportUnknown(message.Descriptor, key.Text, path, fieldPath);
            }
            else if (!seen.Add(field))
            {
                findings.Error(fieldPath, $"\"{key.Text}\" is set twice");
            }
            else if (!IsNull(value) && IsFirstOfOneof(field, seen, fieldPath))
            {
                DecodeField(field, value, message, fieldPath);
            }
            else if (IsNull(value))
            {
                // proto3 JSON: null leaves a field unset, also for its oneof.
                seen.Remove(field);
            }
        }
    }

    private static FieldDescriptor? Find(MessageDescriptor type, string name) =>
        type.Fields.InDeclarationOrder().FirstOrDefault(field => field.JsonName == name || field.Name == name);

    private static bool IsNull(YamlNode node) => node is YamlScalar { Kind: YamlScalarKind.Null };

    private static string Child(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private void ReportUnknown(MessageDescriptor type, string name, string path, string fieldPath)
    {
        if (strict)
        {
            var suggestion = NameSuggestion.For(name, type.Fields.InDeclarationOrder().Select(field => field.JsonName));
            findings.Unknown(fieldPath, $"unknown field \"{name}\" in {path} ({type.Name}){suggestion}");
        }
    }

    private bool IsFirstOfOneof(FieldDescriptor field, HashSet<FieldDescriptor> seen, string path)
    {
        var other = field.RealContainingOneof?.Fields.FirstOrDefault(sibling => sibling != field && seen.Contains(sibling));
        if (other is null)
        {
            return true;
        }

        findings.Error(path, $"only one of \"{other.JsonName}\" and \"{field.JsonName}\" can be set");
        return false;
    }

    private void DecodeField(FieldDescriptor field, YamlNode node, IMessage message, string path)
    {
        if (field.IsMap)
        {
            DecodeMap(field, node, (IDictionary)field.Accessor.GetValue(message), path);
        }
        else if (field.IsRepeated)
        {
            DecodeList(field, node, (IList)field.Accessor.GetValue(message), path);
        }
        else if (DecodeSingle(field, node, path) is { } value)
        {
            field.Accessor.SetValue(message, value);
        }
    }

    private void DecodeMap(FieldDescriptor field, YamlNode node, IDictionary target, string path)
    {
        if (node is not YamlMapping mapping)
        {
            findings.Error(path, $"expected a mapping, found {node.Describe()}");
            return;
        }

        var keyField = field.MessageType.FindFieldByNumber(1);
        var valueField = field.MessageType.FindFieldByNumber(2);
        foreach (var (key, value) in mapping.Entries)
        {
            var entryPath = $"{path}[{key.Text}]";
            findings.Locate(entryPath, key.Line, key.Column);
            var text = new YamlScalar(key.Line, key.Column, key.Text, YamlScalarKind.String);
            if (ScalarDecoder.Decode(keyField, text, entryPath, findings) is not { } decodedKey)
            {
                continue;
            }

            if (target.Contains(decodedKey))
            {
                findings.Error(entryPath, $"\"{key.Text}\" is set twice");
            }
            else if (IsNull(value))
            {
                findings.Error(entryPath, "the key has no value; give it one or remove it");
            }
            else if (DecodeSingle(valueField, value, entryPath) is { } decodedValue)
            {
                target.Add(decodedKey, decodedValue);
            }
        }
    }

    private void DecodeList(FieldDescriptor field, YamlNode node, IList target, string path)
    {
        if (node is not YamlSequence sequence)
        {
            findings.Error(path, $"expected a list, found {node.Describe()}; start each item with \"- \"");
            return;
        }

        for (var index = 0; index < sequence.Items.Count; index++)
        {
            var item = sequence.Items[index];
            var itemPath = $"{path}[{index}]";
            findings.Locate(itemPath, item.Line, item.Column);
            if (IsNull(item))
            {
                findings.Error(itemPath, "the item is empty; give it a value or remove it");
            }
            else if (DecodeSingle(field, item, itemPath) is { } value)
            {
                target.Add(value);
            }
        }
    }

    private object? DecodeSingle(FieldDescriptor field, YamlNode node, string path)
    {
        if (field.FieldType is FieldType.Message && !IsWrapper(field.MessageType))
        {
            var message = field.MessageType.Parser.ParseFrom(ByteString.Empty);
            Decode(node, message, path);
            return message;
        }

        var scalarField = field.FieldType is FieldType.Message ? field.MessageType.FindFieldByNumber(1) : field;
        if (node is YamlScalar scalar)
        {
            return ScalarDecoder.Decode(scalarField, scalar, path, findings);
        }

        findings.Error(path, $"expected a single value, found {node.Describe()}");
        return null;
    }

    private static bool IsWrapper(MessageDescriptor type) => type.File == WrappersReflection.Descriptor;

    private void DecodeDuration(YamlNode node, Duration target, string path)
    {
        if (node is YamlScalar { Kind: YamlScalarKind.String } scalar && GoDuration.TryParse(scalar.Text, out var value))
        {
            target.MergeFrom(value);
            return;
        }

        var hint = node is YamlScalar { Kind: YamlScalarKind.Integer or YamlScalarKind.Float } number ? $"; did you mean {number.Text}s?" : "";
        findings.Error(path, $"expected a duration such as 500ms, 10s or 1h30m, found {node.Describe()}{hint}");
    }

    private void DecodeIntOrString(YamlNode node, IntOrString target, string path)
    {
        switch (node)
        {
            case YamlScalar { Kind: YamlScalarKind.String } scalar:
                target.StrVal = scalar.Text;
                break;
            case YamlScalar { Kind: YamlScalarKind.Integer } scalar
                when ScalarDecoder.Decode(IntOrString.Descriptor.FindFieldByNumber(IntOrString.IntValFieldNumber), scalar, path, findings) is int number:
                target.IntVal = number;
                break;
            case YamlScalar { Kind: YamlScalarKind.Integer }:
                break;
            default:
                findings.Error(path, $"expected a number or a name, found {node.Describe()}");
                break;
        }
    }
}
