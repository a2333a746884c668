using System.Collections.Immutable;
using System.Text;
using Google.Protobuf.Collections;
using Mesh.Client.Model.Authorization;
using Mesh.Protocol.Envoy.Auth;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Grpc;
using Mesh.Server.Authorization.Engine;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Authorization.External;

/// <summary>Asks over gRPC: <c>envoy.service.auth.v3.Authorization/Check</c>; status OK lets the request pass.</summary>
internal sealed class GrpcAuthorizer(HttpMessageInvoker invoker, TimeProvider time) : IAuthorizerProtocol
{
    private static readonly GrpcMethod<CheckRequest, CheckResponse> Check =
        new("envoy.service.auth.v3.Authorization", "Check", CheckRequest.Parser, CheckResponse.Parser);

    public async Task<AuthorizerAnswer> CheckAsync(
        HttpContext context, ExternalAuthorization policy, RequestFacts facts, CheckedBytes body, CancellationToken cancellationToken)
    {
        var service = policy.Service!;
        var options = new GrpcChannelOptions { TimeProvider = time };
        using var channel = new GrpcChannel(new UriBuilder("http", service.Host, service.Port).Uri, invoker, options);
        var request = CheckRequestWriter.Write(context, in facts, policy, body, time.GetUtcNow());
        var response = await channel.UnaryAsync(Check, request, new GrpcCallOptions { Timeout = policy.Timeout }, cancellationToken);
        return (response.Status?.Code ?? 0) == (int)GrpcStatusCode.Ok ? Allowed(response.OkResponse) : Denied(response.DeniedResponse);
    }

    private static AuthorizerAnswer Allowed(OkHttpResponse? ok) => new(IsAllowed: true)
    {
        RequestHeaders = Changes(ok?.Headers),
        RemovedHeaders = [.. ok?.HeadersToRemove ?? []],
        ResponseHeaders = Changes(ok?.ResponseHeadersToAdd),
    };

    private static AuthorizerAnswer Denied(DeniedHttpResponse? denied) => new(IsAllowed: false)
    {
        // An authorizer that refuses with a success would let the caller believe that the application answered.
        Status = denied?.Status?.Code is >= StatusCodes.Status300MultipleChoices and < 600 and var code ? code : StatusCodes.Status403Forbidden,
        Body = Encoding.UTF8.GetBytes(denied?.Body ?? ""),
        ResponseHeaders = Changes(denied?.Headers),
    };

    private static ImmutableArray<HeaderChange> Changes(RepeatedField<HeaderValueOption>? options) =>
        [.. (options ?? []).Where(static option => option.Header is not null).Select(static option => new HeaderChange(option.Header.Key, Text(option.Header), Kind(option)))];

    private static string Text(HeaderValue header) => header.Value.Length > 0 ? header.Value : header.RawValue.ToStringUtf8();

#pragma warning disable CS0612 // external_auth.proto: "append" is what counts here, and its default is false.
    private static HeaderChangeKind Kind(HeaderValueOption option) => option.AppendAction switch
    {
        HeaderValueOption.Types.HeaderAppendAction.AddIfAbsent => HeaderChangeKind.AddIfAbsent,
        HeaderValueOption.Types.HeaderAppendAction.OverwriteIfExists => HeaderChangeKind.ReplaceIfPresent,
        _ => option.Append is true ? HeaderChangeKind.Append : HeaderChangeKind.Replace,
    };
#pragma warning restore CS0612
}
