namespace Mesh.Config.Objects.Lifecycle;

/// <summary>Which rule of an object's life a write breaks, as far as the answer depends on it.</summary>
internal enum ObjectRule
{
    /// <summary>The request contradicts itself, such as two names (400 BadRequest).</summary>
    BadRequest,

    /// <summary>The object is not the one that was meant: its uid is another (409 Conflict).</summary>
    Precondition,

    /// <summary>A field has a value that it may not have or must not change (422 Invalid).</summary>
    Invalid,
}
