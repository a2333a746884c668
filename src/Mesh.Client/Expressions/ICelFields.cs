namespace Mesh.Client.Expressions;

/// <summary>Something with named fields, such as <c>request</c> or its headers; the root of an expression is one too.</summary>
internal interface ICelFields
{
    /// <summary>The field; an error when there is none of that name, which <c>has()</c> tells from a value.</summary>
    CelValue Find(string name);
}
