using System.Text;
using Mesh.Protocol.Grpc;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Propagation;

/// <summary>Answers a request that goes no further: with a status of HTTP and a text, or for gRPC with a status of its own, trailers only.</summary>
internal static class Refusal
{
    /// <param name="context">Of the request; its response must not have started.</param>
    /// <param name="status">Of HTTP.</param>
    /// <param name="grpcStatus">In its place for a gRPC request.</param>
    /// <param name="text">For the caller; empty for none.</param>
    public static Task WriteAsync(HttpContext context, int status, GrpcStatusCode grpcStatus, string text = "")
    {
        var response = context.Response;
        if (GrpcReply.IsFor(context.Request))
        {
            GrpcReply.Write(response, grpcStatus, text);
            return Task.CompletedTask;
        }

        response.StatusCode = status;
        if (text.Length == 0)
        {
            return Task.CompletedTask;
        }

        response.ContentType ??= "text/plain";
        response.ContentLength = Encoding.UTF8.GetByteCount(text);
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.WriteAsync(text, CancellationToken.None);
    }
}
