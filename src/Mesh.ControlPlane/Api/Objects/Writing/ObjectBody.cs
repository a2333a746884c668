using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config.Yaml;
using Mesh.ControlPlane.Api.Protobuf;
using Mesh.ControlPlane.Api.Routing;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.ControlPlane.Api.Objects.Writing;

/// <summary>Reads the bodies of requests, within limits: JSON, YAML, and what newer kubectl sends as protobuf.</summary>
internal static class ObjectBody
{
    /// <summary>As Kubernetes' API server (<c>--max-request-body-bytes</c>).</summary>
    public const int MaxBytes = 3 * 1024 * 1024;

    public const string Json = "application/json";
    public const string Yaml = "application/yaml";
    public const string Protobuf = "application/vnd.kubernetes.protobuf";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 128 };

    /// <summary>An object in any of the forms that are taken for whole objects.</summary>
    public static async Task<JsonObject> ReadObjectAsync(ApiCall call)
    {
        var type = TypeOf(call);

        // A web page of another site can send a form or plain text without asking first, but none of these (S113). kubectl 1.20 names no type at all
        // where it means JSON; a browser that does so says where its page is from, and the gate looks at that.
        var body = type is "" or Json or Yaml or Protobuf
            ? await ReadBytesAsync(call)
            : throw ObjectErrors.UnsupportedMediaType($"{Json}, {Yaml}, {Protobuf}");
        return type switch
        {
            "" or Json => ParseObject(body),
            Yaml => ParseYaml(body) as JsonObject ?? throw ApiException.BadRequest("Expected an object as body."),
            _ => KubernetesProtobuf.Read(body),
        };
    }

    /// <summary>Options such as a deletion's, which may be left out.</summary>
    public static async Task<JsonObject> ReadOptionsAsync(ApiCall call)
    {
        var body = await ReadBytesAsync(call);
        if (body.Length == 0)
        {
            return [];
        }

        return TypeOf(call) switch
        {
            Protobuf => KubernetesProtobuf.Read(body),
            Yaml => ParseYaml(body) as JsonObject ?? [],
            "" or Json => ParseObject(body),
            _ => throw ObjectErrors.UnsupportedMediaType($"{Json}, {Yaml}, {Protobuf}"),
        };
    }

    /// <summary>The media type without its parameters.</summary>
    public static string TypeOf(ApiCall call) => (call.Http.Request.ContentType ?? "").Split(';', 2)[0].Trim().ToLowerInvariant();

    public static async Task<byte[]> ReadBytesAsync(ApiCall call)
    {
        var request = call.Http.Request;
        if (request.ContentLength > MaxBytes)
        {
            throw ObjectErrors.TooLarge(MaxBytes);
        }

        if (call.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBytes;
        }

        using var buffer = new MemoryStream((int)(request.ContentLength ?? 0));
        try
        {
            await request.Body.CopyToAsync(buffer, call.Cancellation);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw ObjectErrors.TooLarge(MaxBytes);
        }

        return buffer.ToArray();
    }

    public static JsonNode? Parse(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body, documentOptions: Strict);
        }
        catch (JsonException exception)
        {
            throw ApiException.BadRequest($"the body of the request is not JSON: {exception.Message}");
        }
    }

    /// <summary>YAML or JSON, which is YAML.</summary>
    public static JsonNode? ParseYaml(byte[] body)
    {
        if (body.AsSpan().TrimStart(" \r\n\t"u8) is [(byte)'{' or (byte)'[', ..])
        {
            return Parse(body);
        }

        try
        {
            var documents = YamlDocuments.Split(Encoding.UTF8.GetString(body), YamlLimits.Default).ToList();
            return documents is [var only] && YamlTreeReader.Read(only, YamlLimits.Default) is { } tree
                ? JsonNode.Parse(JsonSerializer.SerializeToUtf8Bytes(YamlJson.ToJson(tree)))
                : throw ApiException.BadRequest($"Expected one YAML document as body, got {documents.Count}.");
        }
        catch (YamlFormatException exception)
        {
            throw ApiException.BadRequest($"the body of the request is not YAML: line {exception.Line}: {exception.Message}");
        }
    }

    private static JsonObject ParseObject(byte[] body) => Parse(body) as JsonObject ?? throw ApiException.BadRequest("Expected a JSON object as body.");
}
