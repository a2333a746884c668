namespace Mesh.Server.Authentication;

/// <summary>The kinds of <see cref="TokenPlace"/>.</summary>
internal enum TokenPlaceKind
{
    Header,
    Parameter,
    Cookie,
}
