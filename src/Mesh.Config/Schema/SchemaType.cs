namespace Mesh.Config.Schema;

/// <summary>The form of a value.</summary>
internal enum SchemaType
{
    /// <summary>Anything at all.</summary>
    Any,

    /// <summary>An object with named fields.</summary>
    Object,

    /// <summary>An object with free keys and one type of value.</summary>
    Map,

    List,
    String,
    Integer,
    Number,
    Boolean,

    /// <summary>A whole number or a string, such as a port.</summary>
    IntOrString,
}
