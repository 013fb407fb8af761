#!/usr/bin/env python3
# One end of the connections of make.sh: each port's is ended in a way of its
# own. Files in a folder that both ends see tell how far the other one is.
import os, socket, struct, sys, time
A=sys.argv[2]
L=struct.pack('ii',1,0)
fam=socket.AF_INET6 if ':' in A else socket.AF_INET
def tell(n): open('%s/ev-%s' % (sys.argv[4], n),'w').close()
def wait(n):
    while not os.path.exists('%s/ev-%s' % (sys.argv[4], n)): time.sleep(0.005)
if sys.argv[1]=='server':
    ls={}
    for p in range(9001,9009):
        s=socket.socket(fam,socket.SOCK_STREAM); s.setsockopt(socket.SOL_SOCKET,socket.SO_REUSEADDR,1); s.bind((A,p)); s.listen(8); ls[p]=s
    tell('up')
    # 9001 unread
    c,_=ls[9001].accept(); wait('sent9001'); c.recv(10); c.send(b'r'*20); time.sleep(.05); c.close()
    # 9002 linger0 after reading all and reply
    c,_=ls[9002].accept(); wait('sent9002'); c.recv(1000); c.send(b'r'*20); time.sleep(.05)
    c.setsockopt(socket.SOL_SOCKET,socket.SO_LINGER,L); c.close()
    # 9003 linger0 + unread
    c,_=ls[9003].accept(); wait('sent9003'); c.recv(10); c.send(b'r'*20); time.sleep(.05)
    c.setsockopt(socket.SOL_SOCKET,socket.SO_LINGER,L); c.close()
    # 9004 destroyed by ss -K
    c4,_=ls[9004].accept(); wait('sent9004'); c4.recv(10); c4.send(b'r'*20); time.sleep(.05)
    os.system('ss -K dst %s sport = 9004 >/dev/null'%('[%s]'%sys.argv[3] if ':' in A else sys.argv[3])); c4.close()
    # 9005 listener closed
    wait('sent9005'); time.sleep(.05); ls[9005].close()
    # 9006 data after fin
    c,_=ls[9006].accept(); wait('sent9006'); c.recv(1000); c.close(); tell('closed9006')
    # 9007 killed with unread, child
    c,_=ls[9007].accept(); wait('sent9007'); 
    if os.fork()==0:
        os.kill(os.getpid(),9)
    c.recv(10); c.send(b'r'*20); os.wait(); c.close()
    # 9008 orderly
    c,_=ls[9008].accept(); c.recv(100); c.send(b'ok'); c.recv(1); c.close()
    wait('done')
    for i in ls.values(): i.close()
else:
    wait('up')
    def conn(p):
        s=socket.socket(fam,socket.SOCK_STREAM); s.connect((A,p)); return s
    for p in (9001,9002,9003,9004,9005):
        s=conn(p); s.send(b'q'*100); tell('sent%d'%p)
        try:
            while s.recv(100): pass
        except OSError as e: print(p,e)
        s.close()
    s=conn(9006); s.send(b'q'*100); tell('sent9006'); s.recv(10); wait('closed9006'); s.send(b'late'); time.sleep(.05)
    try: s.send(b'late')
    except OSError as e: print(9006,e)
    s.close()
    s=conn(9007); s.send(b'q'*100); tell('sent9007')
    try:
        while s.recv(100): pass
    except OSError as e: print(9007,e)
    s.close()
    s=conn(9008); s.send(b'hello'); s.recv(10); s.close(); time.sleep(.1)
    # refused
    try: conn(9999)
    except OSError as e: print(9999,e)
    tell('done')
