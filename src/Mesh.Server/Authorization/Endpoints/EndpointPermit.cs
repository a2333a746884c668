using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Authorization.Endpoints;

/// <summary>Says that the policies of an endpoint let this request pass; found in its features.</summary>
internal sealed record EndpointPermit(Endpoint Endpoint);
