namespace Mesh.Client.Model.Authorization;

/// <summary>What a <see cref="ValueMatch"/> compares.</summary>
internal enum ValueMatchKind
{
    Text,
    Number,
    Boolean,
    Present,

    /// <summary>One item of a list matches.</summary>
    Item,

    /// <summary>One of several matchers matches.</summary>
    Either,
}
