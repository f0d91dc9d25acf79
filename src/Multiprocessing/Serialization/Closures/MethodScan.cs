using System.Reflection;
using static Multiprocessing.Serialization.Closures.IlOpcodes;

namespace Multiprocessing.Serialization.Closures;

/// <summary>Walks once over the code of one method: reports the fields and methods it mentions and watches where closures go.</summary>
internal ref struct MethodScan
{
    private readonly ClosureScan _scan;
    private readonly MethodBase _method;
    private readonly IList<LocalVariableInfo> _locals;
    private readonly Type[]? _typeArguments;
    private readonly Type[]? _methodArguments;
    private ParameterInfo[]? _parameters;
    private IlReader _il;
    private ClosureStack _stack;
    private bool _pointsToFollowed;

    private MethodScan(ClosureScan scan, MethodBase method, MethodBody body)
    {
        (_scan, _method, _locals) = (scan, method, body.LocalVariables);
        _typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        _methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        _il = new IlReader(body.GetILAsByteArray());
    }

    /// <summary>False if it is not certain that the fields named in followed methods are all that is reached.</summary>
    internal static bool Run(ClosureScan scan, MethodBase method)
    {
        if (method.GetMethodBody() is { } body)
        {
            return new MethodScan(scan, method, body).Walk();
        }
        // A static extern local function cannot capture.
        return method.IsStatic && !Array.Exists(method.GetParameters(), p => GeneratedCode.CarriesClosure(p.ParameterType));
    }

    private bool Walk()
    {
        var jumped = false;
        while (_il.Read())
        {
            _stack.Arrive(_il.Start, jumped);
            if (!Step())
            {
                return false;
            }
            jumped = EndsFlow(_il.Opcode);
        }
        return true;
    }

    private bool Step()
    {
        var opcode = _il.Opcode;
        switch (opcode)
        {
            case >= LdArg0 and < LdLoc0: _stack.Push(IsClosureArgument(opcode - LdArg0)); return true;
            case LdArgS or LdArgaS or LdArg or LdArga: _stack.Push(IsClosureArgument(_il.Operand)); return true;
            case >= LdLoc0 and < StLoc0: _stack.Push(IsClosureLocal(opcode - LdLoc0)); return true;
            case LdLocS or LdLocaS or LdLoc or LdLoca: _stack.Push(IsClosureLocal(_il.Operand)); return true;
            case >= StLoc0 and <= StLoc3: return !_stack.Pop() || IsClosureLocal(opcode - StLoc0);
            case StLocS or StLoc: return !_stack.Pop() || IsClosureLocal(_il.Operand);
            case Dup:
                var top = _stack.Pop();
                _stack.Push(top);
                _stack.Push(top);
                return true;
            case LdFld or LdFlda: return LoadField();
            case LdObj: _stack.Push(_stack.Pop()); return true;
            case StFld:
                var followed = MentionedField() is { } stored && _scan.Mention(stored);
                var value = _stack.Pop();
                _stack.Pop();
                return followed || !value;
            case Call or CallVirt or NewObj: return CallMethod();
            case CallI:
                var indirect = CallShape.Parse(_method.Module.ResolveSignature(_il.Operand));
                return Exchange(indirect.Parameters + (indirect.HasThis ? 1 : 0) + 1, indirect.Returns ? 1 : 0);
            case Ret: return !_stack.Pop();
            default: return Other();
        }
    }

    private bool Other()
    {
        var opcode = _il.Opcode;
        if (Operands[opcode] == 't' && opcode is not (InitObj or 0x72 /* ldstr */))
        {
            // ldftn, ldtoken (expression trees), ldvirtftn, jmp; types and fields of other kinds are of no interest.
            _pointsToFollowed = Resolve(_il.Operand) switch
            {
                MethodBase method => _scan.Mention(method),
                FieldInfo field => _scan.Mention(field),
                _ => false,
            };
        }
        var closure = _stack.Pop(Pops[opcode] - '0');
        RememberBranches(opcode);
        for (var pushed = Pushes[opcode] - '0'; pushed > 0; pushed--)
        {
            _stack.Push(false);
        }
        // These look at a closure without letting it go anywhere: null tests and comparisons, and clearing a display struct.
        return !closure || opcode is Pop or InitObj or Ceq or CgtUn or BrTrue or BrTrueS or BrFalse or BrFalseS or >= 0x2E and <= 0x37;
    }

    private void RememberBranches(int opcode)
    {
        switch (Operands[opcode])
        {
            case (byte)'j' or (byte)'J' when opcode is not (Leave or LeaveS):
                _stack.Branch(_il.Operand, _il.Start);
                break;
            case (byte)'s':
                for (var i = 0; i < _il.Operand; i++)
                {
                    _stack.Branch(_il.SwitchTarget(i), _il.Start);
                }
                break;
        }
    }

    private bool LoadField()
    {
        var field = MentionedField();
        _stack.Pop();
        _stack.Push(field is not null && _scan.Mention(field) && GeneratedCode.CarriesClosure(field.FieldType));
        return true;
    }

    private bool CallMethod()
    {
        var target = Resolve(_il.Operand) as MethodBase;
        // An instantiated generic method has no signature of its own.
        var shape = CallShape.Parse(_il.Operand >>> 24 == 0x2B
            ? target!.Module.ResolveSignature(target.MetadataToken)
            : _method.Module.ResolveSignature(_il.Operand));
        var followed = target is not null && _scan.Mention(target);
        if (_il.Opcode == NewObj)
        {
            // A delegate over a followed lambda is the one foreign object that may hold a closure.
            var closure = _stack.Pop(shape.Parameters);
            _stack.Push(followed && GeneratedCode.IsClosure(target!.DeclaringType!));
            return !closure || followed || (_pointsToFollowed && shape.Parameters == 2);
        }
        var given = _stack.Pop(shape.Parameters + (shape.HasThis ? 1 : 0));
        if (shape.Returns)
        {
            _stack.Push(false);
        }
        return !given || followed || IsExpressionConstant(target ?? _method.Module.ResolveMethod(_il.Operand, _typeArguments, _methodArguments));
    }

    private bool Exchange(int pops, int pushes)
    {
        var closure = _stack.Pop(pops);
        for (; pushes > 0; pushes--)
        {
            _stack.Push(false);
        }
        return !closure;
    }

    /// <summary>Expression trees take the closure as a constant and name its fields by tokens that are seen on the way.</summary>
    private static bool IsExpressionConstant(MethodBase? method) =>
        method is { Name: "Constant", DeclaringType.FullName: "System.Linq.Expressions.Expression" };

    private FieldInfo? MentionedField() => Resolve(_il.Operand) as FieldInfo;

    /// <summary>What a token names, or null for what cannot be a part of a closure: types, signatures and members of other assemblies.</summary>
    private MemberInfo? Resolve(int token) => (token >>> 24) switch
    {
        0x04 => _method.Module.ResolveField(token),
        0x06 => _method.Module.ResolveMethod(token),
        0x2B => _method.Module.ResolveMethod(token, _typeArguments, _methodArguments),
        // A member of a generic closure is referred to like one of another assembly, but in generic code only.
        0x0A when _typeArguments is not null || _methodArguments is not null => _method.Module.ResolveMember(token, _typeArguments, _methodArguments),
        _ => null,
    };

    private bool IsClosureLocal(int index) => GeneratedCode.CarriesClosure(_locals[index].LocalType);

    private bool IsClosureArgument(int index)
    {
        if (!_method.IsStatic && index-- == 0)
        {
            return GeneratedCode.IsClosure(_method.DeclaringType!);
        }
        _parameters ??= _method.GetParameters();
        return GeneratedCode.CarriesClosure(_parameters[index].ParameterType);
    }
}
