using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Mesh.Protocol.Grpc;

/// <summary>Maps gRPC methods to endpoints.</summary>
internal static class GrpcEndpoints
{
    /// <summary>Serves a method of any kind: the handler reads and writes the call, and its return is status OK.</summary>
    /// <remarks>A <see cref="GrpcException"/> of the handler is the call's status; any other exception is UNKNOWN, logged and not told to the client.</remarks>
    public static IEndpointConventionBuilder MapGrpc<TRequest, TResponse>(
        this IEndpointRouteBuilder endpoints,
        GrpcMethod<TRequest, TResponse> method,
        Func<GrpcServerCall<TRequest, TResponse>, Task> handler,
        GrpcServerOptions? options = null)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var endpoint = new GrpcMethodEndpoint<TRequest, TResponse>(method, handler, options ?? new GrpcServerOptions());
        return endpoints.MapPost(method.Path, endpoint.InvokeAsync).WithDisplayName($"gRPC {method.Path}");
    }

    /// <summary>Serves a unary method: exactly one message in, one out.</summary>
    public static IEndpointConventionBuilder MapGrpcUnary<TRequest, TResponse>(
        this IEndpointRouteBuilder endpoints,
        GrpcMethod<TRequest, TResponse> method,
        Func<TRequest, GrpcServerCall<TRequest, TResponse>, Task<TResponse>> handler,
        GrpcServerOptions? options = null)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        return endpoints.MapGrpc(method, AnswerAsync, options);

        async Task AnswerAsync(GrpcServerCall<TRequest, TResponse> call)
        {
            var request = await call.ReadAsync(call.CancellationToken).ConfigureAwait(false) ?? throw Cardinality("none");
            if (await call.ReadAsync(call.CancellationToken).ConfigureAwait(false) is not null)
            {
                throw Cardinality("several");
            }

            var response = await handler(request, call).ConfigureAwait(false);
            await call.WriteAsync(response, call.CancellationToken).ConfigureAwait(false);
        }

        // statuscodes.md: "Request cardinality violation".
        GrpcException Cardinality(string count) =>
            new(GrpcStatusCode.Unimplemented, $"{method.Path} takes exactly one message, but the client sent {count}.");
    }

    /// <summary>Answers gRPC requests to paths that nothing serves with UNIMPLEMENTED; other requests pass by.</summary>
    public static IEndpointConventionBuilder MapGrpcFallback(this IEndpointRouteBuilder endpoints)
    {
        var pattern = RoutePatternFactory.Parse(
            "/{service}/{method}",
            defaults: null,
            parameterPolicies: new RouteValueDictionary { ["method"] = new GrpcRequestConstraint() });
        var builder = endpoints.Map(pattern, RefuseAsync).WithDisplayName("gRPC, not implemented");
        builder.Add(static endpoint => ((RouteEndpointBuilder)endpoint).Order = int.MaxValue);
        return builder;
    }

    private static Task RefuseAsync(HttpContext context) =>
        ResponseStatus.SendAsync(
            context,
            new GrpcStatus(GrpcStatusCode.Unimplemented, $"The method {context.Request.Path} is not served here."),
            trailers: null);
}
