namespace Mesh.Client.Model.Authorization;

/// <summary>Whose address an <see cref="AddressCondition"/> is about.</summary>
internal enum AddressRole
{
    /// <summary>Our own, which the connection was made to.</summary>
    Destination,

    /// <summary>The other end of the connection.</summary>
    Source,

    /// <summary>The client before all trusted proxies; that of the connection when there are none.</summary>
    Remote,
}
