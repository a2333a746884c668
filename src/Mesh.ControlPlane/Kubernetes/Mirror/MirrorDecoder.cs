using System.Buffers;
using System.Text.Json;
using Mesh.Config;
using Mesh.Config.Analysis.Lookup;
using Mesh.Config.Decoding;
using Mesh.Config.Yaml;
using Mesh.ControlPlane.Kubernetes.Watching;

namespace Mesh.ControlPlane.Kubernetes.Mirror;

/// <summary>Makes a resource of an object of the API server. It was admitted there: what this program does not know of it is kept and not judged.</summary>
/// <param name="server">For messages.</param>
/// <param name="keepsOwners">Whether <c>managedFields</c> are kept, which only those who write need.</param>
/// <param name="logger">Is told of objects that cannot be read.</param>
internal sealed class MirrorDecoder(Uri server, bool keepsOwners, ILogger logger)
{
    private readonly ResourceDecoder _decoder = new("default");

    /// <summary>Null when it cannot be read.</summary>
    public Resource? Decode(WatchedKind kind, string apiVersion, JsonElement item)
    {
        var name = $"{kind.Kind.Kind} {item.Field("metadata").Text("namespace")}/{item.Field("metadata").Text("name")}";
        try
        {
            var document = Document(kind, apiVersion, item);
            var findings = new FindingCollector(server.ToString());
            if (_decoder.Decode(JsonTree.Read(document, YamlLimits.Default), findings) is { } resource)
            {
                return resource with { Document = document, Origin = null };
            }

            KubernetesLog.Unreadable(logger, name, server, string.Join("; ", findings.ToImmutable()));
        }
        catch (Exception exception) when (exception is YamlFormatException or JsonException or FormatException)
        {
            KubernetesLog.Unreadable(logger, name, server, exception.Message);
        }

        return null;
    }

    /// <summary>What an object is called; items of lists do not say their kind.</summary>
    public static ResourceId IdOf(WatchedKind kind, JsonElement item)
    {
        var metadata = item.Field("metadata");
        return new ResourceId(kind.Kind.Group, kind.Kind.Kind, kind.Kind.Namespaced ? metadata.Text("namespace") : "", metadata.Text("name"));
    }

    public static string VersionOf(JsonElement item) => item.Field("metadata").Text("resourceVersion");

    private JsonElement Document(WatchedKind kind, string apiVersion, JsonElement item)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 256 }))
        {
            writer.WriteStartObject();
            writer.WriteString("apiVersion", kind.Kind.ApiVersionOf(apiVersion));
            writer.WriteString("kind", kind.Kind.Kind);
            foreach (var property in item.EnumerateObject().Where(property => property.Name is not ("apiVersion" or "kind")))
            {
                if (property.Name == "metadata")
                {
                    WriteMetadata(writer, property.Value);
                }
                else
                {
                    property.WriteTo(writer);
                }
            }

            writer.WriteEndObject();
        }

        var reader = new Utf8JsonReader(buffer.WrittenSpan, new JsonReaderOptions { MaxDepth = 256 });
        return JsonElement.ParseValue(ref reader);
    }

    private void WriteMetadata(Utf8JsonWriter writer, JsonElement metadata)
    {
        writer.WriteStartObject("metadata");
        foreach (var property in metadata.EnumerateObject().Where(property => property.Name is not ("resourceVersion" or "selfLink") && (keepsOwners || property.Name != "managedFields")))
        {
            property.WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}
