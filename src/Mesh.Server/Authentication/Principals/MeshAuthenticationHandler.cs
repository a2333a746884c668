using System.Text.Encodings.Web;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Jwt;
using Mesh.Server.Propagation;
using Mesh.Server.Transport;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mesh.Server.Authentication.Principals;

/// <summary>Authentication scheme: the user is who the verified token names, or the peer of the connection.</summary>
internal sealed class MeshAuthenticationHandler(
    JwtStage stage, IOptionsMonitor<MeshAuthenticationOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<MeshAuthenticationOptions>(options, logger, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var status = stage.Examine(Context);
        return JwtRefusal.WriteAsync(Context, status is JwtStatus.Ok ? JwtStatus.Missing : status, hidesReason: false);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        if (GrpcReply.IsFor(Request))
        {
            GrpcReply.Write(Response, GrpcStatusCode.PermissionDenied, "the caller may not do this");
        }
        else
        {
            Response.StatusCode = StatusCodes.Status403Forbidden;
        }

        return Task.CompletedTask;
    }

    private AuthenticateResult Authenticate()
    {
        var status = stage.Examine(Context);
        if (status is not JwtStatus.Ok)
        {
            return AuthenticateResult.Fail(JwtStatusText.Of(status));
        }

        var token = Context.Features.Get<RequestToken>();
        var peer = Options.IncludePeer ? Context.Features.Get<PeerConnection>()?.Peer : null;
        return token is null && peer is null
            ? AuthenticateResult.NoResult()
            : AuthenticateResult.Success(new AuthenticationTicket(TokenPrincipal.Create(token, peer, Options), Scheme.Name));
    }
}
