using System.Collections.Immutable;

namespace Mesh.Client.Model.Apis;

/// <summary>The versions of an API.</summary>
/// <param name="Header">Tells routes and services the name of a request's version.</param>
/// <param name="Versions">The first that matches is the request's.</param>
internal sealed record ApiVersionPolicy(string Header, ImmutableArray<ApiVersion> Versions);
