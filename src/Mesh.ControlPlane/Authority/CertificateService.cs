using Mesh.ControlPlane.Access.Tokens;
using Mesh.ControlPlane.Authority.Callers;
using Mesh.ControlPlane.Authority.Issuance;
using Mesh.ControlPlane.Authority.Signing;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Istio.Auth;
using Mesh.Protocol.Spiffe;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Authority;

/// <summary>Answers <c>istio.v1.auth.IstioCertificateService/CreateCertificate</c>: who calls, may it, how often, sign.</summary>
internal sealed class CertificateService(
    CertificateAuthority authority,
    CallerAuthentication callers,
    TokenStore tokens,
    Impersonation impersonation,
    CallerRateLimit limit,
    AuthorityMetrics metrics,
    ILogger<CertificateService> logger)
{
    private const string ImpersonatedIdentity = "ImpersonatedIdentity";
    private const string WorkloadName = "WorkloadName";
    private const int MaxWorkloadLength = 253;

    // The request itself is at most 16 KiB, and nobody's metadata is longer.
    private static readonly GrpcServerOptions Limits = new() { MaxReceiveMessageSize = 2 * SigningRequestReader.MaxLength };

    public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGrpcUnary(CertificateMethods.CreateCertificate, CreateAsync, Limits);

    private async Task<IstioCertificateResponse> CreateAsync(
        IstioCertificateRequest request, GrpcServerCall<IstioCertificateRequest, IstioCertificateResponse> call)
    {
        metrics.Requested();
        var caller = await callers.AuthenticateAsync(call.HttpContext, call.CancellationToken) ?? throw NotAuthenticated();
        var id = Decide(caller, TextOf(request, ImpersonatedIdentity));
        if (!limit.TryTake(caller.Id.ToString()))
        {
            AuthorityLog.Limited(logger, caller.ToString());
            throw new GrpcException(GrpcStatusCode.ResourceExhausted, "The caller asks for certificates too often; wait and try again.");
        }

        try
        {
            var key = SigningRequestReader.Read(request.Csr);

            // Not before the request is known to be good: a mistake must not cost the token. Not after: of two calls one wins.
            if (caller.TokenId is { } token && !tokens.TryConsume(token))
            {
                throw NotAuthenticated();
            }

            var issued = authority.Issue(
                new IssueRequest(id, request.Csr, caller.ToString())
                {
                    Lifetime = LifetimeOf(request.ValidityDuration),
                    Workload = WorkloadOf(request),
                    Replaces = id == caller.Id ? caller.Serial : null,
                },
                key);
            metrics.Issued();
            return new IstioCertificateResponse { CertChain = { issued.Chain } };
        }
        catch (SigningRequestException exception)
        {
            metrics.NotReadable();
            throw Refuse(caller, GrpcStatusCode.InvalidArgument, $"The signing request is refused: {exception.Message}", exception.Message);
        }
        catch (IOException exception)
        {
            metrics.Failed();
            AuthorityLog.NotRecorded(logger, id.ToString(), exception);
            throw new GrpcException(GrpcStatusCode.Unavailable, "The certificate authority cannot issue now.");
        }
    }

    /// <summary>Whose certificate it will be: the caller's, or that of a workload on the caller's node.</summary>
    private SpiffeId Decide(Caller caller, string impersonated)
    {
        if (impersonated.Length == 0)
        {
            return caller.Id;
        }

        var refusal = impersonation.Refuse(caller, impersonated, out var id) ?? (authority.IsRevoked(id!) ? $"'{id}' is revoked" : null);
        return refusal is null
            ? id!
            : throw Refuse(caller, GrpcStatusCode.PermissionDenied, "The caller may not have certificates of that identity.", refusal);
    }

    private static TimeSpan? LifetimeOf(long seconds) =>
        seconds <= 0 ? null : TimeSpan.FromSeconds(Math.Min(seconds, (long)TimeSpan.FromDays(3650).TotalSeconds));

    private static string WorkloadOf(IstioCertificateRequest request)
    {
        var name = TextOf(request, WorkloadName);
        return name.Length <= MaxWorkloadLength && !name.Any(char.IsControl) ? name : "";
    }

    private static string TextOf(IstioCertificateRequest request, string key) =>
        request.Metadata?.Fields.TryGetValue(key, out var value) == true ? value.StringValue : "";

    private GrpcException NotAuthenticated()
    {
        metrics.NotAuthenticated();
        return new GrpcException(GrpcStatusCode.Unauthenticated, CallerAuthentication.Refusal);
    }

    private GrpcException Refuse(Caller caller, GrpcStatusCode code, string text, string reason)
    {
        AuthorityLog.Refused(logger, caller.ToString(), reason);
        return new GrpcException(code, text);
    }
}
