using Mesh.Server.Apis.Keys;
using Mesh.Server.Apis.Transformations;
using Mesh.Server.Apis.Versions;
using Mesh.Server.Authentication;
using Mesh.Server.Authorization;
using Mesh.Server.Authorization.Endpoints;
using Mesh.Server.Cors;
using Mesh.Server.Gateway.Forwarding;
using Mesh.Server.Gateway.Requests;
using Mesh.Server.Propagation;
using Mesh.Server.RateLimiting;
using Mesh.Server.Reports;
using Mesh.Server.Transport;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Pipeline;

/// <summary>The stages that every request passes before the app's endpoint, in order; those of a gateway are null in other applications.</summary>
internal sealed class InboundPipeline(
    ReportStage reports,
    EdgeStage? edge,
    GateStage gate,
    CallerHeaderStage callerHeaders,
    JwtStage jwt,
    ApiKeyStage apiKeys,
    AuthorizationStage authorization,
    EndpointPolicyStage endpoints,
    ApiVersionStage versions,
    RateLimitStage rateLimits,
    CorsStage cors,
    TransformationStage transformations,
    InboundCallStage inboundCall,
    GatewayProxy? proxy)
{
    /// <summary>Puts the stages before <paramref name="app"/>.</summary>
    public RequestDelegate Before(RequestDelegate app)
    {
        ReadOnlySpan<Func<RequestDelegate, RequestDelegate>?> stages =
        [
            edge is null ? null : edge.Wrap, // at a port of a gateway: which configuration admits it, and what callers outside the mesh may not say
            callerHeaders.Wrap, // what the caller may choose of the context of its request, and the request's id
            reports.Wrap, // what becomes of the request, told to the sinks of the process, refusals too
            gate.Wrap, // whether the policy of the port is known, and takes such a connection
            ForwardedSchemeStage.Wrap, // whether its user sees plaintext or TLS, as a gateway of the mesh knows
            InternalHeaderStage.Wrap, // what only the mesh may say of the caller, whoever wrote it
            jwt.Wrap, // whose request it is, if it brings a token
            apiKeys.Wrap, // which API it is for, and which consumer's key it bears
            authorization.Wrap, // who may send what: external authorizers, then DENY, then ALLOW
            endpoints.Wrap, // who may call the endpoint that the router chose
            versions.Wrap, // which version of the API it means, and whether that one ends
            rateLimits.Wrap, // how much is taken
            cors.Wrap, // which pages of other origins may ask, and read the answer
            transformations.Wrap, // into what requests and responses are changed
            inboundCall.Wrap, // what flows on with this logical request: headers, deadline, whether the caller still waits
            proxy is null ? null : proxy.Wrap, // at a port of a gateway: on by its routes, and not to the app
        ];

        for (var i = stages.Length - 1; i >= 0; i--)
        {
            app = stages[i]?.Invoke(app) ?? app;
        }

        return app;
    }
}
