using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>A cookie that the mesh gives to a caller.</summary>
/// <param name="Name">Of the cookie.</param>
/// <param name="Path">Empty for none.</param>
/// <param name="Lifetime">Zero for the length of the session.</param>
/// <param name="Attributes">Further ones, in order; an empty value stands for the name alone.</param>
internal sealed record CookieTemplate(string Name, string Path, TimeSpan Lifetime, ImmutableArray<KeyValuePair<string, string>> Attributes);
