namespace Mesh.Client.Model.Apis;

/// <summary>What part of a request a key may stand in.</summary>
internal enum ApiKeyPlaceKind
{
    Header,
    QueryParameter,

    /// <summary>Behind a scheme in the header <c>Authorization</c>.</summary>
    Authorization,
}
