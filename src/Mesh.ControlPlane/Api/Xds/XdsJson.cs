using System.Reflection;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mesh.Protocol.Envoy.Cluster;
using Mesh.Protocol.Envoy.Endpoint;
using Mesh.Protocol.Envoy.Listener;
using Mesh.Protocol.Envoy.Route;
using Mesh.Protocol.Envoy.Tls;
using Mesh.Protocol.Extensions.Telemetry;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Api.Xds;

/// <summary>Writes xDS resources in proto3 JSON, as Envoy's config dump does, without what is secret in them.</summary>
internal static class XdsJson
{
    private const string Redacted = "[redacted]";

    /// <summary>Fields of Envoy's messages that hold what nobody but the workload may see.</summary>
    private static readonly string[] SecretFields =
        ["privateKey", "password", "pkcs12", "genericSecret", "sessionTicketKeys", "privateKeyProvider", "tokenSecret", "hmacSecret"];

    // Only people ask for JSON: the descriptors of all types are gathered when somebody does.
    private static readonly Lazy<JsonFormatter> Formatter = new(
        () => new JsonFormatter(new JsonFormatter.Settings(formatDefaultValues: false, TypeRegistry.FromFiles(Files()))));

    /// <param name="typeUrl">One that is served.</param>
    /// <param name="payload">The serialized message.</param>
    public static JsonNode Of(string typeUrl, ByteString payload)
    {
        try
        {
            var json = JsonNode.Parse(Formatter.Value.Format(Parse(typeUrl, payload)))!;
            Redact(json);
            return json;
        }
        catch (InvalidOperationException exception)
        {
            // An Any of a type that has no descriptor here has no JSON; the client may well know it.
            return new JsonObject { ["error"] = exception.Message };
        }
    }

    private static IMessage Parse(string typeUrl, ByteString payload) => typeUrl switch
    {
        XdsTypeUrl.Listener => Listener.Parser.ParseFrom(payload),
        XdsTypeUrl.RouteConfiguration => RouteConfiguration.Parser.ParseFrom(payload),
        XdsTypeUrl.Cluster => Cluster.Parser.ParseFrom(payload),
        XdsTypeUrl.ClusterLoadAssignment => ClusterLoadAssignment.Parser.ParseFrom(payload),
        XdsTypeUrl.Secret => Secret.Parser.ParseFrom(payload),
        XdsTypeUrl.WorkloadTelemetry => WorkloadTelemetry.Parser.ParseFrom(payload),
        _ => throw new ArgumentOutOfRangeException(nameof(typeUrl), typeUrl, "Not a type that is served."),
    };

    /// <summary>protoc makes one class a file, whose only property is the file's descriptor.</summary>
    private static FileDescriptor[] Files() =>
    [
        .. from type in typeof(XdsTypeUrl).Assembly.GetTypes()
           where type.Name.EndsWith("Reflection", StringComparison.Ordinal)
           select type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)?.GetValue(null) as FileDescriptor into file
           where file is not null
           select file,
    ];

    private static void Redact(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach (var name in fields.Select(field => field.Key).ToArray())
                {
                    if (SecretFields.Contains(name, StringComparer.Ordinal))
                    {
                        fields[name] = Redacted;
                    }
                    else
                    {
                        Redact(fields[name]);
                    }
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Redact(item);
                }

                break;
        }
    }
}
