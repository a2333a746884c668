namespace Mesh.Server.Authorization.External;

/// <summary>A header that an authorizer sets.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
/// <param name="Kind">What becomes of the values that are there.</param>
internal readonly record struct HeaderChange(string Name, string Value, HeaderChangeKind Kind);
