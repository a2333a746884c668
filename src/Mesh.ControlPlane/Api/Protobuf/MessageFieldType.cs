namespace Mesh.ControlPlane.Api.Protobuf;

/// <summary>How a value is written on the wire, and what JSON makes of it.</summary>
internal enum MessageFieldType
{
    String,
    Integer,
    Boolean,

    /// <summary>Base64 in JSON.</summary>
    Bytes,

    /// <summary>An amount such as <c>100m</c>: a message with a text on the wire.</summary>
    Quantity,

    /// <summary>Seconds and nanoseconds on the wire.</summary>
    Time,

    /// <summary>A number or a name.</summary>
    IntOrString,

    StringMap,
    BytesMap,
    QuantityMap,
    Message,
}
