using Mesh.Client.Model.Authorization;
using Mesh.Server.Authorization.Engine;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Authorization.External;

/// <summary>Asks an authorizer in its language.</summary>
internal interface IAuthorizerProtocol
{
    /// <summary>Its answer; every way of not getting one is an exception.</summary>
    Task<AuthorizerAnswer> CheckAsync(
        HttpContext context, ExternalAuthorization policy, RequestFacts facts, CheckedBytes body, CancellationToken cancellationToken);
}
