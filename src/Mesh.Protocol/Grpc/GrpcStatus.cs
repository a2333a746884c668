using System.Globalization;
using System.Net.Http.Headers;
using Mesh.Protocol.Grpc.Metadata;

namespace Mesh.Protocol.Grpc;

/// <summary>How a call ended.</summary>
internal readonly record struct GrpcStatus(GrpcStatusCode Code, string Detail)
{
    public static GrpcStatus Ok { get; } = new(GrpcStatusCode.Ok, "");

    /// <summary>How long the server asks to be left alone; null when it asks for nothing.</summary>
    public TimeSpan? Pushback { get; init; }

    public GrpcException ToException(Exception? cause = null) => new(Code, Detail, cause) { Pushback = Pushback };

    /// <summary>Reads the status of trailers, or of the headers of a trailers-only response; null when there is none.</summary>
    public static GrpcStatus? Read(HttpResponseHeaders fields)
    {
        if (!fields.NonValidated.TryGetValues(MetadataNames.Status, out var values))
        {
            return null;
        }

        var detail = fields.NonValidated.TryGetValues(MetadataNames.Message, out var messages)
            ? PercentEncoding.Decode(messages.ToString())
            : "";
        var text = values.ToString();
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            return new GrpcStatus(GrpcStatusCode.Unknown, $"The peer sent grpc-status '{text}', which is no number. {detail}".TrimEnd());
        }

        // statuscodes.md: a code that is not known is UNKNOWN.
        return Enum.IsDefined((GrpcStatusCode)code)
            ? new GrpcStatus((GrpcStatusCode)code, detail) { Pushback = ReadPushback(fields) }
            : new GrpcStatus(GrpcStatusCode.Unknown, $"The peer sent grpc-status {code}, which is not defined. {detail}".TrimEnd());
    }

    // gRFC A6: milliseconds; anything else is the wish not to be asked again, which is none of a number.
    private static TimeSpan? ReadPushback(HttpResponseHeaders fields) =>
        fields.NonValidated.TryGetValues(MetadataNames.RetryPushback, out var values)
        && uint.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;
}
