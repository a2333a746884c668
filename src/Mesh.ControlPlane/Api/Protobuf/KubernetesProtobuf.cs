using System.Text.Json.Nodes;
using Google.Protobuf;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Protobuf;

/// <summary>Reads what newer kubectl sends instead of JSON: Kubernetes' protobuf envelope with one of the types that it makes itself.</summary>
/// <remarks>The answers stay JSON, which such clients accept too.</remarks>
internal static class KubernetesProtobuf
{
    private const int TypeMetaField = 1;
    private const int RawField = 2;

    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <exception cref="ApiException">400, not of that form; 415, a type that is not known.</exception>
    public static JsonObject Read(byte[] body)
    {
        if (!body.AsSpan().StartsWith(Magic))
        {
            throw ApiException.BadRequest("the body of the request is not Kubernetes' protobuf: it does not begin with k8s\\0");
        }

        try
        {
            var (apiVersion, kind, raw) = ReadEnvelope(body.AsMemory(Magic.Length));
            var message = MessageTable.Find(apiVersion, kind)
                ?? throw new ApiException(StatusCodes.Status415UnsupportedMediaType, "UnsupportedMediaType", $"{kind} is not read as protobuf; send it as application/json");
            var document = new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind };
            foreach (var (name, value) in MessageReader.Read(raw.Span, message, depth: 0).ToArray())
            {
                document[name] = value?.DeepClone();
            }

            return document;
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw ApiException.BadRequest($"the body of the request is not protobuf: {exception.Message}");
        }
    }

    // k8s.io/apimachinery/pkg/runtime.Unknown
    private static (string ApiVersion, string Kind, ReadOnlyMemory<byte> Raw) ReadEnvelope(ReadOnlyMemory<byte> body)
    {
        var (apiVersion, kind, raw) = ("", "", ReadOnlyMemory<byte>.Empty);
        using var input = new CodedInputStream(body.ToArray());
        while (input.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case TypeMetaField:
                    (apiVersion, kind) = ReadTypeMeta(input.ReadBytes());
                    break;
                case RawField:
                    raw = input.ReadBytes().Memory;
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return (apiVersion, kind, raw);
    }

    private static (string ApiVersion, string Kind) ReadTypeMeta(ByteString bytes)
    {
        var texts = new string[3];
        using var input = bytes.CreateCodedInput();
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) is (1 or 2) and var number)
            {
                texts[number] = input.ReadString();
            }
            else
            {
                input.SkipLastField();
            }
        }

        return (texts[1] ?? "", texts[2] ?? "");
    }
}
