namespace Mesh.Config.Schema;

/// <summary>What a list's items are to each other (x-kubernetes-list-type).</summary>
internal enum ListType
{
    /// <summary>The list is one value: who changes an item changes the list.</summary>
    Atomic,

    /// <summary>Scalars that stand once each.</summary>
    Set,

    /// <summary>Objects told apart by their key fields.</summary>
    Map,
}
