using System.Globalization;
using Mesh.Protocol.Grpc.Metadata;
using Microsoft.AspNetCore.Http;

namespace Mesh.Protocol.Grpc;

/// <summary>Ends a response with its gRPC status: in trailers, or as a trailers-only response when nothing was sent.</summary>
internal static class ResponseStatus
{
    public static async Task SendAsync(HttpContext context, GrpcStatus status, IHeaderDictionary? trailers)
    {
        var response = context.Response;
        var trailersOnly = !response.HasStarted && status.Code != GrpcStatusCode.Ok;
        if (trailersOnly)
        {
            response.ContentType = MetadataNames.ContentType;
        }

        Append(MetadataNames.Status, ((int)status.Code).ToString(CultureInfo.InvariantCulture));
        if (status.Detail.Length > 0)
        {
            Append(MetadataNames.Message, PercentEncoding.Encode(status.Detail));
        }

        if (status.Pushback is { } pushback)
        {
            Append(MetadataNames.RetryPushback, ((long)pushback.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
        }

        foreach (var (key, value) in trailers ?? EmptyTrailers)
        {
            foreach (var item in value)
            {
                Append(key, item ?? "");
            }
        }

        await response.CompleteAsync().ConfigureAwait(false);

        void Append(string key, string value)
        {
            if (trailersOnly)
            {
                response.Headers.Append(key, value);
            }
            else
            {
                response.AppendTrailer(key, value);
            }
        }
    }

    private static readonly HeaderDictionary EmptyTrailers = [];
}
